/** The library through koffi: loaded when asked for, each function looked up when it is first called. */
import { EvenkeelError, reasonOf } from '../../errors.js';
import {
  type ArgumentKind,
  FUNCTIONS,
  KOFFI_TYPES,
  type NvmlArguments,
  type NvmlFunction,
  OLDER_NAMES,
  type OutMemory,
} from './abi.js';
import { CODE, describeCode } from './codes.js';
import { nvmlPlaces } from './places.js';

/** What loading an FFI needs of koffi. */
export interface Ffi {
  load(path: string): { func(name: string, result: string, args: string[]): (...args: unknown[]) => unknown };
}

/** NVIDIA's management library, loaded. A call may never return: it belongs into a process that can be killed. */
export interface NvmlLibrary {
  /** What was loaded: a path, or a name that the system's loader found. */
  readonly path: string;
  /** Calls a function and returns NVML's code; 13 where this driver has it under no known name. */
  call<F extends NvmlFunction>(name: F, ...args: NvmlArguments<F>): number;
  /** The symbol each function called so far is reached by; null where there is none. */
  readonly symbols: ReadonlyMap<NvmlFunction, string | null>;
}

/** How the library is looked for. */
export interface LibraryOptions {
  /** What to try, in order; the platform's places unless said. */
  places?: readonly string[];
  /** Gives koffi; loads it unless said. */
  loadFfi?: () => Promise<Ffi>;
}

type NativeArgument = number | bigint | string | OutMemory;
type NativeCall = (...args: readonly NativeArgument[]) => number;

/**
 * Loads koffi and the first library that loads.
 * @throws EvenkeelError `gpuUnavailable` with what was tried, where koffi or every library is missing.
 */
export async function openLibrary({
  places = nvmlPlaces(),
  loadFfi = loadKoffi,
}: LibraryOptions = {}): Promise<NvmlLibrary> {
  const ffi = await loadFfi().catch((cause: unknown) => {
    const remedy = 'npm install --include=optional brings it where it has a build for this platform';
    throw new EvenkeelError('gpuUnavailable', `koffi, which calls the driver, is not installed; ${remedy}`, {
      cause,
    });
  });
  const failures: string[] = [];
  for (const path of places) {
    try {
      return bind(ffi.load(path), path);
    } catch (error) {
      failures.push(`${path} (${reasonOf(error)})`);
    }
  }
  const tried = failures.length === 0 ? 'this system has none' : `tried ${failures.join(', ')}`;
  throw new EvenkeelError('gpuUnavailable', `${describeCode(CODE.libraryNotFound)}; ${tried}`);
}

/** @throws Error where koffi has no build for this platform or is not installed. */
export async function loadKoffi(): Promise<Ffi> {
  const { default: koffi } = await import('koffi');
  return koffi;
}

function bind(handle: ReturnType<Ffi['load']>, path: string): NvmlLibrary {
  const calls = new Map<NvmlFunction, NativeCall>();
  const symbols = new Map<NvmlFunction, string | null>();
  const missing: NativeCall = () => CODE.functionNotFound;
  const resolve = (name: NvmlFunction): NativeCall => {
    const kinds: readonly ArgumentKind[] = FUNCTIONS[name];
    const types = kinds.map((kind) => KOFFI_TYPES[kind]);
    for (const symbol of [name, ...(OLDER_NAMES[name] ?? [])]) {
      try {
        const native = handle.func(symbol, 'int', types);
        symbols.set(name, symbol);
        return native as NativeCall;
      } catch {
        // Not under this name: an older driver. The next name is tried.
      }
    }
    symbols.set(name, null);
    return missing;
  };
  return {
    path,
    symbols,
    call<F extends NvmlFunction>(name: F, ...args: NvmlArguments<F>): number {
      let native = calls.get(name);
      if (native === undefined) {
        native = resolve(name);
        calls.set(name, native);
      }
      return native(...(args as readonly NativeArgument[]));
    },
  };
}
