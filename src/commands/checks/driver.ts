/** Whether NVIDIA's driver can be reached: koffi, the library, its start, and the program nvidia-smi. */
import { CODE } from '../../gpu/nvml/codes.js';
import { LOOK_STEPS, type LookStep, type NvmlLook } from '../../gpu/nvml/look.js';
import { findNvml, type NvmlMachine } from '../../gpu/nvml/places.js';
import { findSmi, SMI_PLACES } from '../../gpu/smi/find-smi.js';
import { type Check, fine } from './check.js';
import { driverRemedy, KOFFI_REMEDY } from './driver-remedies.js';
import { kindOfMachine, type MachineKind } from './kind-of-machine.js';
import { runProgram } from './run-program.js';

const NAMED_REMEDY =
  'correct NVML_LIBRARY, which is the only place then; without it the usual places are looked in';

/** What a look at NVML says of three things; they are needed only where the configuration says `gpu: nvml`. */
export function checkNvml(gpu: string, seen: NvmlLook, machine: NvmlMachine): Check[] {
  const kind = kindOfMachine(machine);
  const ok = gpu !== 'nvml';
  const failed = (name: string, found: string, remedy: string): Check => ({ name, ok, found, remedy });
  const koffi = reached(seen, 'koffi')
    ? fine('koffi', 'loads: calls into the driver are possible')
    : failed('koffi', `does not load: ${whyOf(seen)}`, KOFFI_REMEDY);
  const checks = [koffi];
  if (!reached(seen, 'library')) {
    const found = seen.ok || seen.step === 'koffi' ? whatIsThere(machine) : seen.why;
    const remedy = machine.env.NVML_LIBRARY ? NAMED_REMEDY : driverRemedy(CODE.libraryNotFound, kind);
    return [...checks, failed('nvidia library', found, remedy)];
  }
  checks.push(fine('nvidia library', placeOf(seen.library ?? '', machine, kind)));
  if (!seen.ok) {
    checks.push(failed('nvidia driver', `${seen.library}: ${seen.why}`, driverRemedy(seen.code, kind)));
    return checks;
  }
  const { cards, refused, driver } = seen;
  const found = [`starts; version ${driver || 'not told'}, ${counted(cards.length)}`, ...refused].join('; ');
  const [, code = '999'] = /: (\d+) /.exec(refused[0] ?? '') ?? [];
  const remedy = refused.length === 0 ? null : driverRemedy(Number(code), kind);
  checks.push({ name: 'nvidia driver', ok: ok || cards.length > 0, found, remedy });
  return checks;
}

/** What is asked of nvidia-smi, and what its lines are. */
const QUERY = ['--query-gpu=name,driver_version,persistence_mode', '--format=csv,noheader'];
const COLUMNS = '(name, driver, persistence mode)';

/** The program that reads cards where NVML cannot, and what it says; needed only where the configuration says `gpu: smi`. */
export async function checkSmi(gpu: string, machine: NvmlMachine): Promise<Check> {
  const name = 'nvidia-smi';
  const smi = findSmi(machine);
  if (smi !== null) {
    const { ok, text } = await runProgram(smi, QUERY);
    const lines = text.split(/\r?\n/).map((line) => `"${line}"`);
    if (ok) return fine(name, `${smi} says ${lines.join(', ')} ${COLUMNS}`);
    const remedy = 'do what it says, and what is said of the driver';
    return { name, ok: gpu !== 'smi', found: `${smi} fails: ${lines.join(' ')}`, remedy };
  }
  const found = `not found ${SMI_PLACES}`;
  if (gpu !== 'smi') return fine(name, `${found}; it is needed only where NVML does not start`);
  const remedy = `${driverRemedy(CODE.libraryNotFound, kindOfMachine(machine))}; or set gpu: auto`;
  return { name, ok: false, found, remedy };
}

/** Whether this step was taken with success. */
function reached(seen: NvmlLook, step: LookStep): boolean {
  return seen.ok || LOOK_STEPS.indexOf(seen.step) > LOOK_STEPS.indexOf(step);
}

function whyOf(seen: NvmlLook): string {
  return seen.ok ? '' : seen.why;
}

function whatIsThere(machine: NvmlMachine): string {
  const file = findNvml(machine);
  return file === null ? 'none found' : `${file}, not loaded`;
}

/** Which of the places it is: a wrong one among several explains much. */
function placeOf(library: string, { env }: NvmlMachine, kind: MachineKind): string {
  if (env.NVML_LIBRARY === library) return `${library}, as NVML_LIBRARY says`;
  if (library.startsWith('/usr/lib/wsl/')) return `${library}, of the driver in Windows`;
  if (/DriverStore/i.test(library))
    return `${library}, of the driver store: the driver installed it nowhere else`;
  if (/[\\/]/.test(library)) return library;
  return `${library}, found by the loader of ${kind === 'windows' ? 'Windows' : 'the system'}`;
}

function counted(cards: number): string {
  if (cards === 0) return 'no card';
  return cards === 1 ? '1 card' : `${cards} cards`;
}
