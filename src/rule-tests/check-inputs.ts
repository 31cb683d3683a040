/** The `inputs:` and `applied:` of a test: from YAML to what arrives at each tick. */
import { PROFILE_BOT, profileHello } from '../agent/profile-offer.js';
import type { Path } from '../rules/document.js';
import type { Applied, Bot, Input } from '../shapes/generated/rule-test.js';
import type { KnobValue } from '../shapes/knob.js';
import { isOfAgent } from '../shapes/knob-table.js';
import type { Profile } from '../shapes/profile.js';
import type { TickEvent } from '../shapes/sample.js';
import { checkKnob, checkKnobValue, checkLevel, checkName, type Names } from './check-names.js';
import type { Answer } from './test-case.js';
import { durationMs } from './times.js';

const INPUTS = ['override', 'release', 'level', 'preset', 'auto', 'hello', 'bye'] as const;

/** How long a person's value stands unless said, in s: as long as with `evenkeel set`. */
const OVERRIDE_S = 1_200;

/** Checks one input and gives the event it is; null where it is none. */
export function readInput(raw: Input, path: Path, profile: Profile | null, names: Names): TickEvent | null {
  const { complain } = names;
  const kinds = INPUTS.filter((kind) => raw[kind] !== undefined);
  const [kind] = kinds;
  if (kind === undefined || kinds.length > 1) {
    const got = kinds.length === 0 ? 'nothing arrives here' : `${kinds.join(' and ')} arrive in one input`;
    complain(path, 'bad-input', got, `exactly one of ${INPUTS.join(', ')}`);
    return null;
  }
  const forS = raw.for === undefined ? undefined : durationMs(raw.for) / 1000;
  if (forS !== undefined && !['override', 'level', 'preset'].includes(kind))
    complain([...path, 'for'], 'bad-input', `${kind} has no end`, 'for beside override, level or preset', {
      ofKey: true,
    });
  const ending = forS === undefined ? {} : { forS };
  switch (kind) {
    case 'override': {
      const [[knob, value] = ['', '']] = Object.entries(raw.override ?? {});
      const at = [...path, 'override', knob];
      if (checkKnob(knob, at, names)) checkKnobValue(knob, value, at, names);
      if (knob === 'level')
        complain(at, 'bad-input', 'the level is no override', 'level: NAME', { ofKey: true });
      return { kind, knob, value, forS: forS ?? OVERRIDE_S };
    }
    case 'release':
      checkKnob(String(raw.release), [...path, 'release'], names, false);
      return { kind, knob: String(raw.release) };
    case 'level':
      checkLevel(String(raw.level), [...path, 'level'], names);
      return { kind, value: String(raw.level), ...ending };
    case 'preset': {
      const value = String(raw.preset);
      const presets = Object.keys(names.book?.presets ?? { [value]: {} });
      checkName('preset', value, presets, [...path, 'preset'], complain);
      return { kind, value, ...ending };
    }
    case 'auto':
      return { kind, value: raw.auto === true };
    case 'bye':
      return { kind, session: PROFILE_BOT, cause: 'bye' };
    case 'hello':
      return readHello(raw.hello === true ? {} : (raw.hello ?? {}), path, profile, names);
  }
}

function readHello(bot: Bot, path: Path, profile: Profile | null, names: Names): TickEvent | null {
  const at = [...path, 'hello'];
  for (const [i, model] of (bot.models ?? []).entries())
    checkKnobValue('model', model, [...at, 'models', i], names);
  for (const [i, size] of (bot.resolutions ?? []).entries())
    checkKnobValue('resolution', size, [...at, 'resolutions', i], names);
  for (const [i, knob] of (bot.knobs ?? []).entries()) checkKnob(knob, [...at, 'knobs', i], names, false);
  checkStart(bot.start ?? {}, [...at, 'start'], names);
  return profile === null ? null : profileHello(profile, bot);
}

/** Values that knobs start from. */
export function checkStart(start: Readonly<Record<string, KnobValue>>, path: Path, names: Names): void {
  for (const [knob, value] of Object.entries(start)) {
    const at = [...path, knob];
    if (knob === 'level') {
      names.complain(at, 'bad-value', 'the level does not start as a knob', 'level: NAME', { ofKey: true });
    } else if (isOfAgent(knob)) {
      const expected = 'frames: { weights: … } in a file of rules';
      names.complain(at, 'bad-value', 'a weight does not start as a knob', expected, { ofKey: true });
    } else if (checkKnob(knob, at, names)) checkKnobValue(knob, value, at, names);
  }
}

/** Answers by tick and knob. `tickOf` finds the tick of a time, or complains. */
export function readAnswers(
  raw: Applied,
  path: Path,
  tickOf: (text: string, path: Path, ofKey: boolean) => number | null,
  names: Names,
): Map<number, Map<string, Answer>> {
  const answers = new Map<number, Map<string, Answer>>();
  for (const [text, byKnob] of Object.entries(raw)) {
    const tick = tickOf(text, [...path, text], true);
    const ofTick = new Map<string, Answer>();
    for (const [knob, word] of Object.entries(byKnob)) {
      const at = [...path, text, knob];
      const isWord = word === 'applied' || word === 'refused' || word === 'late';
      if (isOfAgent(knob)) {
        const message = `nobody answers for ${knob === 'level' ? 'the level' : 'a weight'}`;
        names.complain(at, 'unknown-knob', message, 'a knob of the bot or the card', { ofKey: true });
      } else if (checkKnob(knob, at, names) && !isWord) checkAnswer(knob, word, at, names);
      ofTick.set(knob, isWord ? word : { inForce: word });
    }
    if (tick !== null) answers.set(tick, ofTick);
  }
  return answers;
}

function checkAnswer(knob: string, value: KnobValue, path: Path, names: Names): void {
  if (typeof value === 'number' || names.knobs?.[knob]?.values?.includes(value) === true) return;
  const message = `"${value}" is no answer for ${knob}`;
  names.complain(path, 'bad-word', message, 'applied, refused, late, or the value that is in force then');
}
