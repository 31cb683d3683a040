/** The knobs that a profile declares, offered as a bot and a card would: for rule tests, and for logs without a bot. */
import type { KnobOffer, KnobValue } from '../shapes/knob.js';
import { lookUpKnob } from '../shapes/knob-table.js';
import type { Profile } from '../shapes/profile.js';
import type { HelloEvent, TickEvent } from '../shapes/sample.js';

/** Session and name of the bot that stands for a profile. */
export const PROFILE_BOT = 'profile';

/** What a profile's bot offers otherwise than all its profile declares. */
export interface ProfileBotOptions {
  /** Values to start from, by knob; the profile's defaults where there is none. */
  start?: Readonly<Record<string, KnobValue>>;
  /** The models it was built with. */
  models?: readonly string[];
  /** The sides it was built for, in pixels. */
  resolutions?: readonly number[];
  /** The knobs it offers, of those that are a bot's. */
  knobs?: readonly string[];
  /** The rate it says it holds itself to. */
  maxFps?: number;
}

/** Every knob of the profile with its ladder or range and its default: a bot's as a hello, the card's as a device's. */
export function profileOffer(profile: Profile, start: ProfileBotOptions['start'] = {}): TickEvent[] {
  const devices = Object.entries(profileKnobs(profile))
    .filter(([knob]) => isOfDevice(knob))
    .map(([knob, offer]): TickEvent => ({ kind: 'device', knob, offer: startAt(knob, offer, start) }));
  return [profileHello(profile, { start }), ...devices];
}

/** The hello of the profile's bot. */
export function profileHello(profile: Profile, options: ProfileBotOptions = {}): HelloEvent {
  const { start = {}, knobs, maxFps, models, resolutions } = options;
  const all = profileKnobs(profile);
  const { model, resolution } = all;
  if (model !== undefined && models !== undefined) all.model = among(model, models);
  if (resolution !== undefined && resolutions !== undefined) all.resolution = among(resolution, resolutions);
  const offered = Object.entries(all).filter(
    ([knob]) => !isOfDevice(knob) && (knobs === undefined || knobs.includes(knob)),
  );
  const sizes = all.resolution?.values?.map(Number);
  return {
    kind: 'hello',
    session: PROFILE_BOT,
    name: PROFILE_BOT,
    controls: true,
    loop: 'newest',
    models: (all.model?.values ?? []).map((name) => ({
      name: String(name),
      ...(sizes === undefined ? {} : { sizes }),
    })),
    knobs: Object.fromEntries(offered.map(([knob, offer]) => [knob, startAt(knob, offer, start)])),
    ...(maxFps === undefined ? {} : { maxFps }),
  };
}

/** The offer of every knob that a profile tells the values of. */
export function profileKnobs(profile: Profile): Record<string, KnobOffer> {
  const knobs: Record<string, KnobOffer> = {};
  const models = profile.models.map(({ name }) => name);
  const [firstModel] = models;
  if (firstModel !== undefined) knobs.model = { values: models, value: profile.defaultModel ?? firstModel };
  const sizes = profile.resolutions.map(({ size }) => size);
  if (sizes.length > 0) knobs.resolution = { values: sizes, value: profile.defaultResolution };
  for (const [knob, { range, default: first }] of Object.entries(profile.knobs)) {
    if (range === undefined || knobs[knob] !== undefined) continue;
    // Where a profile names no default the knob starts where it takes nothing away: watts and rates at their top.
    const kind = lookUpKnob(knob)?.kind;
    const value = first ?? (kind === 'power' || kind === 'pacing' ? range[1] : range[0]);
    knobs[knob] = { range, value };
  }
  return knobs;
}

function isOfDevice(knob: string): boolean {
  return lookUpKnob(knob)?.hardware === true;
}

/** A ladder cut to the rungs that were built; a default that was not gives way to the nearest below, else the lowest. */
function among(offer: KnobOffer, built: readonly KnobValue[]): KnobOffer {
  const all = offer.values ?? [];
  const values = all.filter((value) => built.includes(value));
  const below = values.filter((value) => all.indexOf(value) <= all.indexOf(offer.value));
  return { values, value: below.at(-1) ?? values[0] ?? offer.value };
}

function startAt(knob: string, offer: KnobOffer, start: Readonly<Record<string, KnobValue>>): KnobOffer {
  const value = start[knob];
  return value === undefined ? offer : { ...offer, value };
}
