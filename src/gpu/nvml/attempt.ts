/** Calls that must succeed, and what is told where one does not. */
import { codeName, describeCode } from './codes.js';

/** What NVML answered instead of success. */
export interface Refusal {
  ok: false;
  /** NVML's return code. */
  number: number;
  /** Its name. */
  code: string;
  /** Code, name and meaning. */
  error: string;
}

/** Thrown within `attempt` alone. */
export class NvmlRefusal extends Error {
  readonly number: number;
  constructor(number: number) {
    super(describeCode(number));
    this.number = number;
  }
}

/** A return code as it is told. */
export function refusal(number: number): Refusal {
  return { ok: false, number, code: codeName(number), error: describeCode(number) };
}

/** Does what throws `NvmlRefusal`, and returns that as a value. */
export function attempt<T>(work: () => T): { ok: true; value: T } | Refusal {
  try {
    return { ok: true, value: work() };
  } catch (error) {
    if (error instanceof NvmlRefusal) return refusal(error.number);
    throw error;
  }
}
