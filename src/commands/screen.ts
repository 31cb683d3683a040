/** A terminal's alternate screen, redrawn in place; what stood before comes back when it closes. */

const ENTER = '\x1b[?1049h\x1b[?25l';
const LEAVE = '\x1b[?25h\x1b[?1049l';
const HOME = '\x1b[H';
const CLEAR_LINE = '\x1b[K';
const CLEAR_BELOW = '\x1b[J';

/** What it shows is gone once it closes; drawing after that does nothing. */
export interface Screen {
  draw(lines: readonly string[]): void;
  close(): void;
}

/** Opens the alternate screen; `write` is the terminal's. */
export function openScreen(write: (text: string) => void): Screen {
  write(ENTER);
  let isOpen = true;
  return {
    draw(lines) {
      if (isOpen)
        write(`${HOME}${lines.map((line) => `${line}${CLEAR_LINE}`).join('\r\n')}\r\n${CLEAR_BELOW}`);
    },
    close() {
      if (isOpen) write(LEAVE);
      isOpen = false;
    },
  };
}
