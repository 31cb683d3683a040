/** What a command reads and writes besides files: the process, or a test's stand-in. */
export interface Io {
  stdout: (text: string) => void;
  stderr: (text: string) => void;
  env: NodeJS.ProcessEnv;
  /** Whether stdout is a terminal. */
  isTerminal: boolean;
  /** Whether stderr is one, so that a line there may be written over. */
  isErrorTerminal?: boolean;
  /** Width of the terminal in characters; undefined where there is none. */
  columns?: number | undefined;
  exit(code: number): void;
}
