/** What a column of a table that nobody knows may be, by its name alone: only names that mean one thing. */
import { CATALOGUE, lookUpFact } from '../../facts/catalogue.js';
import { NVIDIA_SMI_FACTS } from './nvidia-smi-csv.js';
import { conversion } from './units.js';

/** A name in lower case without what divides its words, and the fact it stands for. */
const NAMES: Readonly<Record<string, readonly string[]>> = {
  'gpu.temperatureC': ['gputemp', 'gputemperature', 'temperaturegpu', 'gpucoretemp', 'gpucoretemperature'],
  'gpu.hotSpotC': ['hotspot', 'gpuhotspot', 'hotspottemp', 'hotspottemperature', 'gpuhotspottemperature'],
  'gpu.memoryTemperatureC': ['temperaturememory', 'gpumemorytemperature', 'gpumemtemp', 'vramtemp'],
  'gpu.utilizationPercent': [
    'utilizationgpu',
    'gpuutilization',
    'gpuutil',
    'gpuload',
    'gpuusage',
    'gpucoreload',
  ],
  'gpu.memoryBusyPercent': ['utilizationmemory', 'memorycontrollerload', 'gpumemorycontrollerload'],
  'gpu.memoryUsedMib': ['vramused', 'gpumemoryused', 'gpumemused', 'gpuvramused', 'vramusage'],
  'gpu.powerW': ['powerdraw', 'gpupower', 'gpupowerdraw', 'boardpower', 'boardpowerdraw'],
  'gpu.powerLimitW': ['powerlimit', 'gpupowerlimit', 'enforcedpowerlimit'],
  'gpu.graphicsClockMhz': ['gpuclock', 'gpucoreclock', 'graphicsclock', 'clocksgr', 'clockscurrentgraphics'],
  'gpu.smClockMhz': ['smclock', 'gpusmclock', 'clockssm', 'clockscurrentsm'],
  'gpu.memoryClockMhz': ['gpumemclock', 'gpumemoryclock', 'clocksmem', 'clockscurrentmemory'],
  'gpu.fanPercent': ['gpufan', 'gpufanspeed'],
  'frame.fps': ['fps', 'framerate', 'framespersecond'],
  'frame.intervalMs': ['frametime', 'msbetweenpresents'],
  'system.cpuPercent': ['cpuload', 'cpuusage', 'cpuutil', 'cpuutilization', 'totalcpuusage'],
  'system.cpuTemperatureC': ['cputemp', 'cputemperature', 'cpupackagetemp', 'cpupackagetemperature'],
  'system.memoryUsedMib': ['ramused', 'systemmemoryused', 'physicalmemoryused'],
};
/** nvidia-smi's own names mean one thing with their dots: `memory.used` is the card's, other tables' `memory used` may not be. */
const DOTTED: ReadonlyMap<string, string> = new Map(
  Object.entries(NVIDIA_SMI_FACTS).flatMap(([fact, names]) =>
    names.map((name): [string, string] => [name, fact]),
  ),
);
const TIMES: ReadonlySet<string> = new Set([
  'time',
  'timestamp',
  'datetime',
  'date',
  'when',
  'ts',
  'elapsed',
]);
/** Units that names end in, as `power_w`; what they are called in a mapping. */
const UNITS: Readonly<Record<string, string>> = {
  c: 'C',
  f: 'F',
  celsius: 'C',
  w: 'W',
  mw: 'mW',
  watts: 'W',
  mib: 'MiB',
  mb: 'MB',
  gib: 'GiB',
  gb: 'GB',
  mhz: 'MHz',
  ghz: 'GHz',
  percent: '%',
  pct: '%',
  ms: 'ms',
  us: 'us',
  ns: 'ns',
  s: 's',
  sec: 's',
  seconds: 's',
};

const FACT_OF: ReadonlyMap<string, string> = new Map([
  ...Object.keys(CATALOGUE).map((fact): [string, string] => [squash(fact), fact]),
  ...Object.entries(NAMES).flatMap(([fact, names]) => names.map((name): [string, string] => [name, fact])),
]);

/** What a column's name says. */
export interface KnownColumn {
  /** The fact it tells; null for the time, and for what is not known. */
  fact: string | null;
  isTime: boolean;
  /** As a mapping writes it; empty where the name has none. */
  unit: string;
}

/** What a name in a header says, `VRAM used (GB)` or `gpu_temp_c`. */
export function knowColumn(header: string): KnownColumn {
  const bare = FACT_OF.get(squash(header));
  if (bare !== undefined) return { fact: bare, isTime: false, unit: '' };
  const { name, unit } = partsOf(header);
  const squashed = squash(name);
  if (TIMES.has(squashed)) return { fact: null, isTime: true, unit };
  const fact = DOTTED.get(name.trim().toLowerCase()) ?? FACT_OF.get(squashed) ?? null;
  const isFitting = fact !== null && conversion(unit, lookUpFact(fact)?.unit ?? '') !== null;
  return { fact: isFitting ? fact : null, isTime: false, unit };
}

function partsOf(header: string): { name: string; unit: string } {
  const bracketed = /^(.*?)\s*[[(]([^\])]*)[\])]\s*$/.exec(header.trim());
  if (bracketed !== null) return { name: bracketed[1] ?? '', unit: bracketed[2]?.trim() ?? '' };
  const [, name, last] = /^(.+)[_\s.-]([a-z%]+)$/i.exec(header.trim()) ?? [];
  const unit =
    last === '%'
      ? '%'
      : Object.hasOwn(UNITS, last?.toLowerCase() ?? '')
        ? UNITS[last?.toLowerCase() ?? '']
        : undefined;
  return name === undefined || unit === undefined ? { name: header, unit: '' } : { name, unit };
}

function squash(name: string): string {
  return name.toLowerCase().replace(/[^\p{L}\p{N}%]/gu, '');
}
