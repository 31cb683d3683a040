/** Each card that NVML tells of: what it is, which profile it has and why, what can be set. */
import { describeCode } from '../../gpu/nvml/codes.js';
import type { LookedCard, NvmlLook } from '../../gpu/nvml/look.js';
import { matchProfile } from '../../rules/match-profile.js';
import type { ProfileFile } from '../../rules/profile.js';
import type { CardKnob } from '../../shapes/gpu.js';
import { type Check, fine } from './check.js';
import type { MachineKind } from './kind-of-machine.js';

/** As people call the settings, with their units. */
const SETTINGS: Readonly<Record<CardKnob, readonly [name: string, unit: string]>> = {
  powerLimitW: ['power limit', 'W'],
  graphicsClockMaxMhz: ['graphics clock', 'MHz'],
  targetTemperatureC: ['target temperature', '°C'],
};

const NO_POWER_LIMIT =
  'nothing to mend: most laptops keep their power limit to themselves; rules bound the graphics clock there (graphicsClockMaxMhz)';

/** One check for each card; a card that offers less than others fails nothing. */
export function checkCards(
  seen: NvmlLook,
  profiles: readonly ProfileFile[],
  profileAsked: string | undefined,
): Check[] {
  if (!seen.ok) return [];
  return seen.cards.map((card) => {
    const { name, uuid, pciId, driver } = card.inventory;
    const is = [name, `PCI id ${pciId ?? 'not told'}`, `driver ${driver ?? 'not told'}`].join(', ');
    const settings = Object.entries(SETTINGS).map(([knob, words]) => describe(card, knob as CardKnob, words));
    const profile = profileOf(card, profiles, profileAsked);
    const found = [is, profile, ...settings, programsOn(card)].join('; ');
    const remedy = card.settings.powerLimitW.ok ? null : NO_POWER_LIMIT;
    return { name: `card ${uuid}`, ok: true, found, remedy };
  });
}

/** Whether the driver keeps settings while no program uses the card; Linux alone knows the difference. */
export function checkPersistence(seen: NvmlLook, kind: MachineKind): Check {
  const name = 'persistence mode';
  if (kind === 'windows' || kind === 'wsl' || kind === 'macos') return fine(name, 'Linux alone has it');
  const cards = seen.ok ? seen.cards : [];
  if (cards.every(({ isPersistent }) => isPersistent === null)) return fine(name, 'no card tells it');
  const off = cards.filter(({ isPersistent }) => isPersistent === false);
  if (off.length === 0) return fine(name, 'on');
  const names = off.map(({ inventory }) => `${inventory.name} (${inventory.uuid})`).join(', ');
  return {
    name,
    ok: true,
    found: `off for ${names}: when the last program that uses the card ends, the driver forgets its limits, and the next one waits a second for it to start`,
    remedy: `${kind === 'container' ? 'on the host: ' : ''}sudo systemctl enable --now nvidia-persistenced; or, until the machine is started again: sudo nvidia-smi -pm 1`,
  };
}

function describe({ settings }: LookedCard, knob: CardKnob, [name, unit]: readonly [string, string]): string {
  const answer = settings[knob];
  if (!answer.ok) return `${name} cannot be set (${answer.error})`;
  const { range, value } = answer.value;
  // A driver tells nobody whether clocks are locked.
  const inForce = value === null ? '' : `, ${value} ${unit} in force`;
  return `${name} ${range[0]} to ${range[1]} ${unit}${inForce}`;
}

/** What else computes or draws on the card takes memory and time from the bot. */
function programsOn({ processes: told }: LookedCard): string {
  if ('code' in told) return `programs on it not told (${describeCode(told.code, told.why)})`;
  if (told.processes.length === 0) return 'no program uses it';
  // One that computes and draws stands in both lists, with the same memory.
  const memoryOf = new Map(told.processes.map(({ pid, usedMib }) => [pid, usedMib]));
  const known = [...memoryOf.values()].filter((mib) => mib !== null);
  const count = memoryOf.size === 1 ? '1 program uses it' : `${memoryOf.size} programs use it`;
  if (known.length === 0) return `${count}, memory not told`;
  const [[pid, mostMib] = [0, 0]] = [...memoryOf].sort(([, a], [, b]) => (b ?? -1) - (a ?? -1));
  const sumMib = known.reduce((sum, mib) => sum + mib, 0);
  const untold = memoryOf.size - known.length;
  const rest = untold === 0 ? '' : `, of ${untold} not told`;
  return `${count}, ${sumMib} MiB of its memory in all${rest}; most of it pid ${pid}: ${mostMib} MiB`;
}

function profileOf(
  { inventory }: LookedCard,
  profiles: readonly ProfileFile[],
  asked: string | undefined,
): string {
  const { name, refused } = matchProfile(inventory, profiles);
  const why = refused.map((sentence) => ` (not ${sentence})`).join('');
  if (asked !== undefined) return `profile ${asked}, as the configuration says${why}`;
  return `profile ${name ?? 'generic-nvidia'}${why}`;
}
