/** What Linux tells under /sys: the processor's temperature and the battery. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Names that processor sensors bear in hwmon (Intel, AMD) and as thermal zones (Intel, ARM boards). */
const HWMON_NAMES = new Set(['coretemp', 'k10temp', 'zenpower', 'cpu_thermal']);
const ZONE_TYPES = new Set(['x86_pkg_temp', 'cpu-thermal', 'cpu_thermal', 'soc-thermal', 'soc_thermal']);

/** Files that hold a processor temperature in thousandths of a degree; hwmon's where there are any. */
export function findCpuSensors(sys: string): string[] {
  const hwmon = join(sys, 'class/hwmon');
  const chips = list(hwmon).filter((chip) => HWMON_NAMES.has(readLine(join(hwmon, chip, 'name')) ?? ''));
  const inputs = chips.flatMap((chip) =>
    list(join(hwmon, chip))
      .filter((file) => /^temp\d+_input$/.test(file))
      .map((file) => join(hwmon, chip, file)),
  );
  if (inputs.length > 0) return inputs;
  const thermal = join(sys, 'class/thermal');
  return list(thermal)
    .filter((zone) => ZONE_TYPES.has(readLine(join(thermal, zone, 'type')) ?? ''))
    .map((zone) => join(thermal, zone, 'temp'));
}

/** The hottest of the sensors in °C, null when none can be read. */
export function readHottestC(sensors: readonly string[]): number | null {
  const readings = sensors
    .map((sensor) => readLine(sensor))
    .filter((line) => line !== null && /^-?\d{1,6}$/.test(line))
    .map((line) => Number(line) / 1000);
  return readings.length === 0 ? null : Math.max(...readings);
}

/** How the machine is fed. */
export interface PowerSupply {
  onBattery: boolean;
  /** Charge in %, of the fullest battery; null without one. */
  batteryPercent: number | null;
}

/** The power supply; null where the kernel tells nothing of it. A mouse's battery is not the machine's. */
export function readPowerSupply(sys: string): PowerSupply | null {
  const folder = join(sys, 'class/power_supply');
  const names = list(folder, null);
  if (names === null) return null;
  let charge: number | null = null;
  let isDischarging = false;
  let mains: boolean | null = null;
  for (const name of names) {
    const read = (file: string): string | null => readLine(join(folder, name, file));
    const type = read('type');
    if (type === 'Mains' || type === 'USB') {
      mains = mains === true || read('online') === '1';
    } else if (type === 'Battery' && read('scope') !== 'Device') {
      const capacity = read('capacity');
      if (capacity !== null && /^\d{1,3}$/.test(capacity)) charge = Math.max(charge ?? 0, Number(capacity));
      isDischarging ||= read('status') === 'Discharging';
    }
  }
  return { onBattery: isDischarging && mains !== true, batteryPercent: charge };
}

function list(folder: string): string[];
function list(folder: string, otherwise: null): string[] | null;
function list(folder: string, otherwise: string[] | null = []): string[] | null {
  try {
    return readdirSync(folder).sort();
  } catch {
    return otherwise;
  }
}

function readLine(path: string): string | null {
  try {
    return readFileSync(path, 'utf8').trim();
  } catch {
    return null;
  }
}
