/** The lines of one request, counted and answered; a bad one is never fatal. */
import {
  type BotRegistry,
  checkLine,
  type DecisionAnswer,
  LINE_LIMIT_BYTES,
  parseLine,
} from '../bot/index.js';
import type { BotLine } from '../shapes/generated/bot-line.js';
import type { SplitLine } from './line-splitter.js';

/** The count of refusals is always told, their sentences only this far. */
const ERRORS_TOLD = 100;

/** What became of the lines of one request, refusals in the order of the lines, and the decision that stands after them. */
export interface IntakeAnswer {
  accepted: number;
  rejected: number;
  /** `line` counts from 1 in the request; the first 100 only. */
  errors: { line: number; message: string }[];
  decision: DecisionAnswer['decision'];
  revision: number;
}

/** Takes the lines of one request in their order. */
export class LineIntake {
  readonly #bots: BotRegistry;
  readonly #session: string;
  readonly #errors: IntakeAnswer['errors'] = [];
  #accepted = 0;
  #rejected = 0;
  /** Kept because a `bye` ends the session before the request is answered. */
  #last: DecisionAnswer;

  /** @throws EvenkeelError `sessionEnded`. */
  constructor(bots: BotRegistry, session: string) {
    this.#bots = bots;
    this.#session = session;
    this.#last = bots.answer(session);
  }

  /**
   * Takes in lines that arrived together.
   * @throws EvenkeelError `sessionEnded` when the session ended before them.
   */
  takeText(lines: readonly SplitLine[]): void {
    const checked = lines.map((line) => ({
      number: line.number,
      line: line.text === null ? refused(FAULTS[line.fault]) : parseLine(line.text),
    }));
    this.#take(checked);
  }

  /** Takes in lines that came as one JSON array; they are numbered from 1. */
  takeValues(values: readonly unknown[]): void {
    this.#take(values.map((value, index) => ({ number: index + 1, line: checkLine(value) })));
  }

  /** The answer so far, with the newest decision. */
  answer(): IntakeAnswer {
    this.#refresh();
    const { decision, revision } = this.#last;
    return { accepted: this.#accepted, rejected: this.#rejected, errors: this.#errors, decision, revision };
  }

  #take(lines: { number: number; line: ReturnType<typeof checkLine> }[]): void {
    const good: BotLine[] = [];
    for (const { line } of lines) {
      if (line.ok) good.push(line.value);
      else this.#bots.reject(this.#session);
    }
    if (good.length > 0) this.#refresh();
    const refusals = good.length > 0 ? this.#bots.receive(this.#session, good) : [];
    let taken = 0;
    for (const { number, line } of lines) {
      const refusal = line.ok ? refusals[taken++] : line.message;
      if (typeof refusal === 'string') this.#refuse(number, refusal);
      else this.#accepted += 1;
    }
  }

  #refuse(line: number, message: string): void {
    this.#rejected += 1;
    if (this.#errors.length < ERRORS_TOLD) this.#errors.push({ line, message });
  }

  #refresh(): void {
    if (this.#bots.has(this.#session)) this.#last = this.#bots.answer(this.#session);
  }
}

const FAULTS = {
  tooLong: `the line is longer than ${LINE_LIMIT_BYTES} bytes`,
  notUtf8: 'the line is no UTF-8',
};

function refused(message: string): { ok: false; message: string } {
  return { ok: false, message };
}
