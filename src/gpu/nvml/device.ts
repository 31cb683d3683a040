/** One card as the library knows it, with the calls that sensors are made of and what they told last. */
import type { FactValue } from '../../shapes/reading.js';
import type { FUNCTIONS, NvmlFunction } from './abi.js';
import type { Answer, Refusal } from './answers.js';
import { CODE } from './codes.js';
import { FIELD_VALUE, VALUE_TYPE } from './layouts.js';
import type { NvmlLibrary } from './library.js';

/** Functions of this many `out` arguments after the device. */
type Getter<K extends readonly string[]> = {
  [F in NvmlFunction]: (typeof FUNCTIONS)[F] extends K ? F : never;
}[NvmlFunction];

/** Codes that a newer form of a function gives on a driver or card that only knows the older one. */
const TRY_OLDER: ReadonlySet<number> = new Set([
  CODE.invalidArgument,
  CODE.notSupported,
  CODE.noPermission,
  // Of a function that is there it means that it does not know this version of the structure.
  CODE.functionNotFound,
  CODE.argumentVersionMismatch,
  CODE.deprecated,
]);

/** Sensors read through it one after the other: its memory is used again by each call. */
export class Device {
  readonly library: NvmlLibrary;
  readonly handle: bigint;
  /** As the driver writes its version, `560.35.03`. */
  readonly driver: string;
  /** Monotonic time in ms. */
  readonly now: () => number;
  readonly out: Uint32Array = new Uint32Array(2);
  readonly second: Uint32Array = new Uint32Array(1);
  readonly long: BigUint64Array = new BigUint64Array(1);
  readonly #values = new Map<string, FactValue>();
  readonly #refusals = new Map<string, Refusal>();
  readonly #forms = new Map<string, number>();

  constructor(library: NvmlLibrary, handle: bigint, driver: string, now: () => number) {
    this.library = library;
    this.handle = handle;
    this.driver = driver;
    this.now = now;
  }

  /** Keeps what a sensor told, for the sensors after it. */
  note(fact: string, answer: Answer<FactValue>): void {
    if ('value' in answer) {
      this.#values.set(fact, answer.value);
      this.#refusals.delete(fact);
    } else {
      this.#values.delete(fact);
      this.#refusals.set(fact, answer);
    }
  }

  /** The number a sensor told when it was last asked; undefined where it told none. */
  number(fact: string): number | undefined {
    const value = this.#values.get(fact);
    return typeof value === 'number' ? value : undefined;
  }

  /** Why there is no number; code 21 for a sensor that was not asked yet. */
  refusal(fact: string): Refusal {
    return this.#refusals.get(fact) ?? { code: 21, why: `${fact} was not read yet` };
  }

  /** A function that writes one u32. */
  u32(name: Getter<readonly ['device', 'out']>): Answer {
    const code = this.library.call(name, this.handle, this.out);
    return this.#one(code);
  }

  /** A function that takes an enumeration's value and writes one u32. */
  u32Of(name: Getter<readonly ['device', 'i32', 'out']>, which: number): Answer {
    const code = this.library.call(name, this.handle, which, this.out);
    return this.#one(code);
  }

  /** A function that writes two u32 at two places. */
  pair(name: Getter<readonly ['device', 'out', 'out']>): readonly [Answer, Answer] {
    const code = this.library.call(name, this.handle, this.out, this.second);
    return [this.#one(code), code === CODE.success ? { value: this.second[0] ?? 0 } : { code }];
  }

  /** A function that writes one u64. */
  u64(name: Getter<readonly ['device', 'out']>): Answer {
    const code = this.library.call(name, this.handle, this.long);
    return code === CODE.success ? { value: Number(this.long[0] ?? 0n) } : { code };
  }

  /**
   * The newest form of a function that this driver answers; once an older one did, the newer ones are not asked again,
   * so that a value does not change its meaning from one reading to the next. What may pass is no reason to go back,
   * except for the codes in `also`.
   */
  newest<T>(of: string, forms: readonly (() => T | Refusal)[], also: readonly number[] = []): T | Refusal {
    const first = this.#forms.get(of) ?? 0;
    let refusal: Refusal = { code: CODE.functionNotFound };
    for (const [index, form] of forms.entries()) {
      if (index < first) continue;
      const answer = form();
      if (!isRefusal(answer)) {
        this.#forms.set(of, index);
        return answer;
      }
      // A form that this driver lacks says less than another one's refusal.
      if (index === first || answer.code !== CODE.functionNotFound) refusal = answer;
      if (!TRY_OLDER.has(answer.code) && !also.includes(answer.code)) return answer;
    }
    return refusal;
  }

  /** Several fields in one trip to the driver, each with its own code. */
  fields(ids: readonly number[]): Answer[] {
    const { size } = FIELD_VALUE;
    const bytes = new Uint8Array(size * ids.length);
    const view = new DataView(bytes.buffer);
    for (const [i, id] of ids.entries()) view.setUint32(i * size + FIELD_VALUE.fieldId, id, true);
    const code = this.library.call('nvmlDeviceGetFieldValues', this.handle, ids.length, bytes);
    return ids.map((_, i) => {
      if (code !== CODE.success) return { code };
      const own = view.getInt32(i * size + FIELD_VALUE.nvmlReturn, true);
      return own === CODE.success ? { value: fieldValue(view, i * size) } : { code: own };
    });
  }

  #one(code: number): Answer {
    return code === CODE.success ? { value: this.out[0] ?? 0 } : { code };
  }
}

function isRefusal(answer: unknown): answer is Refusal {
  return typeof answer === 'object' && answer !== null && 'code' in answer;
}

function fieldValue(view: DataView, at: number): number {
  const value = at + FIELD_VALUE.value;
  switch (view.getInt32(at + FIELD_VALUE.valueType, true)) {
    case VALUE_TYPE.double:
      return view.getFloat64(value, true);
    case VALUE_TYPE.u32:
      return view.getUint32(value, true);
    case VALUE_TYPE.i32:
      return view.getInt32(value, true);
    case VALUE_TYPE.i64:
      return Number(view.getBigInt64(value, true));
    case VALUE_TYPE.u16:
      return view.getUint16(value, true);
    case VALUE_TYPE.unsignedLong:
      return process.platform === 'win32'
        ? view.getUint32(value, true)
        : Number(view.getBigUint64(value, true));
    default:
      return Number(view.getBigUint64(value, true));
  }
}
