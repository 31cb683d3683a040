/** Which programs use a card, asked for and never read by itself: one such call was seen to take 4.5 ms. */
import type { NvmlFunction } from './abi.js';
import { CODE } from './codes.js';
import type { Device } from './device.js';
import { MEMORY_UNKNOWN, PROCESS_ENTRY, PROCESS_STRIDE } from './layouts.js';

/** A program that uses the card. */
export interface CardProcess {
  pid: number;
  kind: 'compute' | 'graphics';
  /** Video memory in MiB; null where the driver does not tell it, as on Windows. */
  usedMib: number | null;
}

/** Programs that use a card, or the driver's code. */
export type CardProcesses = { processes: CardProcess[] } | { code: number; why?: string };

type ListFunction = Extract<NvmlFunction, `nvmlDeviceGet${'Compute' | 'Graphics'}RunningProcesses${string}`>;
interface Form {
  name: ListFunction;
  stride: number;
}

const MIB = 1_048_576n;
/** Room at the first try; more is made when the driver asks for it. */
const ROOM = 32;
/** Programs may start between two tries. */
const SPARE = 16;
const TRIES = 3;
/** Linux gives no higher pid (PID_MAX_LIMIT); where one is read, the entries are of another size. */
const HIGHEST_PID = 4_194_304;

/** The programs that compute on a card and those that draw on it. */
export function processesOf(device: Device): CardProcesses {
  const processes: CardProcess[] = [];
  for (const kind of ['compute', 'graphics'] as const) {
    const told = device.newest(
      `processes ${kind}`,
      formsOf(kind, device.driver).map((form) => () => list(device, form, kind)),
    );
    if ('code' in told) return told;
    processes.push(...told);
  }
  return { processes };
}

/** `_v3` came with another entry in drivers 535.43 to before 535.98, under the same name. */
function isWide(driver: string): boolean {
  const [major, minor] = driver.split('.').map(Number);
  return major === 535 && minor !== undefined && minor >= 43 && minor < 98;
}

function formsOf(kind: CardProcess['kind'], driver: string): Form[] {
  const prefix =
    kind === 'compute' ? 'nvmlDeviceGetComputeRunningProcesses' : 'nvmlDeviceGetGraphicsRunningProcesses';
  return [
    { name: `${prefix}_v3`, stride: isWide(driver) ? PROCESS_STRIDE.wide : PROCESS_STRIDE.v3 },
    { name: `${prefix}_v2`, stride: PROCESS_STRIDE.v2 },
    { name: prefix, stride: PROCESS_STRIDE.v1 },
  ];
}

function list(
  device: Device,
  { name, stride }: Form,
  kind: CardProcess['kind'],
): CardProcess[] | { code: number; why?: string } {
  const count = device.second;
  let room = ROOM;
  for (let tried = 0; tried < TRIES; tried++) {
    // The widest entry, so that a driver that writes more than was thought writes into memory of ours.
    const bytes = new Uint8Array(room * PROCESS_STRIDE.wide);
    count[0] = room;
    const code = device.library.call(name, device.handle, count, bytes);
    if (code === CODE.insufficientSize) {
      room = (count[0] ?? 0) + SPARE;
      continue;
    }
    return code === CODE.success ? entries(bytes, Math.min(count[0] ?? 0, room), stride, kind) : { code };
  }
  return { code: CODE.insufficientSize };
}

function entries(
  bytes: Uint8Array,
  count: number,
  stride: number,
  kind: CardProcess['kind'],
): CardProcess[] | { code: number; why: string } {
  const view = new DataView(bytes.buffer);
  const processes: CardProcess[] = [];
  for (let i = 0; i < count; i++) {
    const pid = view.getUint32(i * stride + PROCESS_ENTRY.pid, true);
    if (pid === 0 || pid > HIGHEST_PID) {
      return {
        code: CODE.success,
        why: `the list of processes is not of the known form: it has a pid ${pid}`,
      };
    }
    const used = view.getBigUint64(i * stride + PROCESS_ENTRY.usedMemory, true);
    processes.push({ pid, kind, usedMib: used === MEMORY_UNKNOWN ? null : Number(used / MIB) });
  }
  return processes;
}
