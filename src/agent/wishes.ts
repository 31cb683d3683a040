/** What a person may ask for, checked before it becomes an input. */
import type { DecisionMemory } from '../decision/memory.js';
import { weightOffer } from '../decision/weights.js';
import { EvenkeelError } from '../errors.js';
import { SCENE_FLAGS } from '../facts/catalogue.js';
import { didYouMean } from '../nearest.js';
import { ownOf } from '../own.js';
import type { KnobOffer } from '../shapes/knob.js';
import { KNOBS, lookUpKnob } from '../shapes/knob-table.js';
import type { Profile } from '../shapes/profile.js';
import type { Book, FrameRules } from '../shapes/rule.js';
import type { PersonEvent } from '../shapes/sample.js';
import { flagOf, weightKnob } from '../shapes/weight-knob.js';
import { withConfirm } from './confirm.js';

/** What is there to be asked for. */
export interface Askable {
  book: Book;
  profile: Profile;
  offers: Record<string, KnobOffer>;
}

/** What can be asked for: what owners offer, and the weights of all flags of a scene, whether or not any is steered. */
export function offersOf({ knobs }: DecisionMemory, frames: FrameRules): Record<string, KnobOffer> {
  const flags = new Set([...Object.keys(frames.weights), ...SCENE_FLAGS]);
  const weights = [...flags].map((flag) => [weightKnob(flag), weightOffer(flag, frames)]);
  return Object.fromEntries([...Object.entries(knobs).map(([knob, { offer }]) => [knob, offer]), ...weights]);
}

/**
 * The wish with its name in the book's spelling (`battery_saver` is `batterySaver`).
 * @throws EvenkeelError `unknownName`, `unknownKnob` or `outOfRange` with what is possible.
 */
export function checkWish(event: PersonEvent, askable: Askable): PersonEvent {
  switch (event.kind) {
    case 'level':
      return { ...event, value: nameIn('level', event.value, Object.keys(askable.book.levels)) };
    case 'preset':
      return { ...event, value: nameIn('preset', event.value, Object.keys(askable.book.presets)) };
    case 'override':
      checkValue(event.knob, event.value, askable);
      return withConfirm(event);
    case 'release':
      offerOf(event.knob, askable);
      return event;
    case 'auto':
      return event;
  }
}

function nameIn(what: string, value: string, names: readonly string[]): string {
  const camel = value.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
  if (names.includes(camel)) return camel;
  throw new EvenkeelError(
    'unknownName',
    `no ${what} is named "${value}"${didYouMean(camel, names)}; expected one of ${names.join(', ')}`,
    {
      details: { expected: names },
    },
  );
}

function offerOf(knob: string, { offers }: Askable): KnobOffer {
  const offer = ownOf(offers, knob);
  if (offer !== undefined && knob !== 'level') return offer;
  const names = Object.keys(offers).filter((name) => name !== 'level');
  const why =
    lookUpKnob(knob) === undefined || flagOf(knob) !== null
      ? `no knob is named "${knob}"${didYouMean(knob, [...Object.keys(KNOBS), ...names])}`
      : `nobody offers "${knob}" now`;
  throw new EvenkeelError(
    'unknownKnob',
    `${why}; offered are: ${names.length > 0 ? names.join(', ') : 'none'}`,
    { details: { offered: names } },
  );
}

function checkValue(knob: string, value: unknown, askable: Askable): void {
  const { values, range } = offerOf(knob, askable);
  if (values !== undefined) {
    if (values.some((one) => one === value)) return;
    throw new EvenkeelError(
      'outOfRange',
      `expected ${knob} to be one of ${values.join(', ')}, got ${JSON.stringify(value)}`,
      { details: { values } },
    );
  }
  const policy = ownOf(askable.profile.knobs, knob)?.range ?? [
    Number.NEGATIVE_INFINITY,
    Number.POSITIVE_INFINITY,
  ];
  const min = Math.max(range?.[0] ?? Number.NEGATIVE_INFINITY, policy[0]);
  const max = Math.min(range?.[1] ?? Number.POSITIVE_INFINITY, policy[1]);
  if (typeof value === 'number' && value >= min && value <= max) return;
  throw new EvenkeelError(
    'outOfRange',
    `expected ${knob} to be ${min} to ${max}, got ${JSON.stringify(value)}`,
    { details: { range: [min, max] } },
  );
}
