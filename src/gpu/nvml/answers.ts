/** What a sensor answers, and what becomes of an answer on its way to the facts. */
import type { FactValue } from '../../shapes/reading.js';

/** NVML's code, with a sentence of our own where the code's says too little. */
export interface Refusal {
  code: number;
  why?: string;
}
/** A value in the fact's unit, or why there is none. */
export type Answer<T extends FactValue = number> = { value: T } | Refusal;
/** Answers by fact, without the prefix `gpu.`; names that the catalogue lacks are the reader's own. */
export type Answers = Readonly<Record<string, Answer<FactValue>>>;

/** One fact as it leaves the child: a value, or null with NVML's code and the whole sentence. */
export type Told = readonly [value: FactValue] | readonly [value: null, code: number, why: string];

/** Whether an answer has a value. */
export function isAnswered<T extends FactValue>(answer: Answer<T>): answer is { value: T } {
  return 'value' in answer;
}

/** The same answer with its value in another unit. */
export function convert(answer: Answer, to: (value: number) => number): Answer {
  return isAnswered(answer) ? { value: to(answer.value) } : answer;
}

/** A value that the driver told without an error and that cannot be true. */
export function unbelievable(why: string): Refusal {
  return { code: 0, why };
}
