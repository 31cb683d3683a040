/** What a hello offers, checked beyond its schema, and made into the event that the agent's tick sees. */
import { EvenkeelError } from '../errors.js';
import type { BotHello, OfferedKnob, OfferedModel } from '../shapes/generated/bot-hello.js';
import type { KnobOffer, KnobValue, ModelOffer } from '../shapes/knob.js';
import { lookUpKnob } from '../shapes/knob-table.js';
import type { HelloEvent } from '../shapes/sample.js';
import { makeCheck } from './check.js';

/** The version of the wire that this agent reads. */
export const PROTOCOL = 1;

/** The share of frames that a bot can be asked to skip at most. */
const LARGEST_SKIP = 0.8;

/** Numbers or names; undefined for a knob that the table does not know. */
type KnobType = 'number' | 'word' | undefined;

const checkHello = makeCheck<BotHello>('bot-hello');

/**
 * Reads the body of a hello.
 * @throws EvenkeelError `protocolUnknown` with the versions read; `badBody` with what is wrong and where.
 */
export function readHello(body: unknown): BotHello {
  const protocol =
    typeof body === 'object' && body !== null ? (body as { protocol?: unknown }).protocol : null;
  if (typeof protocol === 'number' && protocol !== PROTOCOL) {
    const message = `expected protocol ${PROTOCOL}, got ${protocol}`;
    throw new EvenkeelError('protocolUnknown', message, { details: { reads: [PROTOCOL] } });
  }
  const checked = checkHello(body);
  if (!checked.ok) throw badHello(checked.message);
  const { models = [], knobs } = checked.value;
  for (const [name, knob] of Object.entries(knobs)) checkKnob(name, knob);
  checkModels(models, knobs);
  return checked.value;
}

/** The hello as the tick sees it, with what was left out filled in. */
export function toHelloEvent(
  hello: BotHello,
  session: string,
  controls: boolean,
  replaces?: string,
): HelloEvent {
  const { models = [] } = hello;
  return {
    kind: 'hello',
    session,
    name: hello.name,
    controls,
    ...(replaces === undefined ? {} : { replaces }),
    ...(hello.maxFps === undefined ? {} : { maxFps: hello.maxFps }),
    loop: hello.loop ?? 'newest',
    models: (models.length > 0 ? models : namedModels(hello.knobs)).map(toModelOffer),
    knobs: Object.fromEntries(Object.entries(hello.knobs).map(([name, knob]) => [name, toKnobOffer(knob)])),
  };
}

/** Whether a value is one that was offered. */
export function isOffered(offer: KnobOffer, value: KnobValue): boolean {
  if (offer.values !== undefined) return offer.values.includes(value);
  const [min, max] = offer.range ?? [Number.NaN, Number.NaN];
  return typeof value === 'number' && value >= min && value <= max;
}

function checkKnob(name: string, knob: OfferedKnob): void {
  const at = `knobs.${name}`;
  const definition = lookUpKnob(name);
  if (definition?.hardware === true || definition?.kind === 'target') {
    throw badHello(`${at}: is not a bot's to offer`);
  }
  if ((knob.values === undefined) === (knob.range === undefined)) {
    throw badHello(`${at}: expected either values or range`);
  }
  checkValues(at, knob, definition?.type);
  checkRange(at, name, knob, definition?.type);
  const { value, safe } = knob;
  for (const [key, claimed] of Object.entries({ value, safe })) {
    if (claimed === undefined || isOffered(knob, claimed)) continue;
    throw badHello(`${at}.${key}: expected ${describeOffer(knob)}, got ${JSON.stringify(claimed)}`);
  }
}

function checkValues(at: string, { values }: OfferedKnob, type: KnobType): void {
  if (values === undefined) return;
  const wanted = type === undefined ? typeof values[0] : type === 'word' ? 'string' : 'number';
  if (values.some((value) => typeof value !== wanted)) {
    throw badHello(`${at}.values: expected ${wanted === 'string' ? 'names' : 'numbers'} only`);
  }
  if (new Set(values).size !== values.length) throw badHello(`${at}.values: expected each value once`);
}

function checkRange(at: string, name: string, { range }: OfferedKnob, type: KnobType): void {
  if (range === undefined) return;
  if (type === 'word') throw badHello(`${at}: expected values, its names`);
  const [min, max] = range;
  if (min > max) throw badHello(`${at}.range: expected [lowest, highest], got [${min}, ${max}]`);
  if (name === 'frameSkip' && (min < 0 || max > LARGEST_SKIP)) {
    throw badHello(`${at}.range: expected a range inside 0 to ${LARGEST_SKIP}, got [${min}, ${max}]`);
  }
}

/** Models and sizes are a grid with holes; what is in force and what is safe must be on it. */
function checkModels(models: OfferedModel[], knobs: BotHello['knobs']): void {
  const names = models.map(({ name }) => name);
  if (new Set(names).size !== names.length) throw badHello('models: expected each name once');
  const { model, resolution } = knobs;
  const unknown =
    names.length === 0 ? [] : (model?.values ?? []).filter((value) => !names.includes(`${value}`));
  if (unknown.length > 0) throw badHello(`knobs.model.values: ${unknown.join(', ')} not among models`);
  for (const { name, sizes } of models) {
    const offered = (sizes ?? []).some((size) => resolution === undefined || isOffered(resolution, size));
    if (sizes !== undefined && !offered)
      throw badHello(`models: no size of ${name} is offered as resolution`);
  }
  for (const key of ['value', 'safe'] as const) {
    const sizes = models.find(({ name }) => name === model?.[key])?.sizes;
    const side = resolution?.[key];
    if (sizes === undefined || side === undefined || sizes.includes(Number(side))) continue;
    throw badHello(
      `knobs.resolution.${key}: expected a size of ${model?.[key]} (${sizes.join(', ')}), got ${side}`,
    );
  }
}

function describeOffer({ values, range }: OfferedKnob): string {
  return values === undefined
    ? `a number from ${range?.[0]} to ${range?.[1]}`
    : `one of ${values.join(', ')}`;
}

function namedModels({ model }: BotHello['knobs']): OfferedModel[] {
  return (model?.values ?? []).map((name) => ({ name: String(name) }));
}

function toModelOffer({ name, sizes, precision, provider }: OfferedModel): ModelOffer {
  return {
    name,
    ...(sizes === undefined ? {} : { sizes: [...sizes] }),
    ...(precision === undefined ? {} : { precision }),
    ...(provider === undefined ? {} : { provider }),
  };
}

function toKnobOffer({ values, range, value, safe, switchGapMs }: OfferedKnob): KnobOffer {
  return {
    ...(values === undefined ? {} : { values: [...values] }),
    ...(range === undefined ? {} : { range }),
    value,
    ...(safe === undefined ? {} : { safe }),
    ...(switchGapMs === undefined ? {} : { switchGapMs }),
  };
}

function badHello(message: string): EvenkeelError {
  return new EvenkeelError('badBody', message);
}
