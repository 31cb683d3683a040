/** Every path of the server with what it takes and answers: the OpenAPI document is made from it, and tests hold both to the routes. */
import type { ErrorCode } from '../errors.js';
import { EXPOSITION_TYPE } from '../report/exposition.js';

/** A schema file without its ending, and where it is not the whole file the definition in it. */
export type SchemaPlace = `${string}#${string}` | string;

/** One path and method. */
export interface RouteDefinition {
  method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** As OpenAPI writes it: `/v1/override/{knob}`. */
  path: string;
  /** `write` needs the token; `read` needs it only where the server listens elsewhere than on the loopback. */
  access: 'read' | 'write';
  /** Who asks: the part of the document it stands in. */
  tag: 'bot' | 'read' | 'wish' | 'openFeature';
  summary: string;
  /** Header `Evenkeel-Session` is needed. */
  isOfSession?: true;
  /** Keys of the query; a place takes the properties of that schema. */
  query?: SchemaPlace | Readonly<Record<string, string>>;
  body?: { schema: SchemaPlace; type?: string; isOptional?: true };
  /** Left out where the answer is an event stream or no JSON. */
  answer?: SchemaPlace;
  /** The content type of an answer that is text. */
  text?: string;
  /** The events of the stream, by name. */
  events?: Readonly<Record<string, SchemaPlace>>;
  /** An ETag is sent, and `If-None-Match` answered with 304. */
  hasTag?: true;
  /** What it refuses besides what every path does. */
  refuses?: readonly ErrorCode[];
  /** The schema of its refusals, where it is another than everywhere. */
  refusal?: SchemaPlace;
}

/** Refused on every path. */
export const REFUSED_EVERYWHERE: readonly ErrorCode[] = [
  'unauthorized',
  'foreignOrigin',
  'foreignHost',
  'fault',
];

const AT = 'ISO 8601, seconds from the first tick, or -30s from now.';
const LINES = { schema: 'bot-line', type: 'application/x-ndjson' } as const;
const OFREP = { access: 'read', tag: 'openFeature', refusal: 'ofrep#failure' } as const;
const OFREP_BODY = { schema: 'ofrep#request', isOptional: true } as const;

/** The paths in the order in which the document has them. */
export const ROUTES: readonly RouteDefinition[] = [
  {
    method: 'POST',
    path: '/v1/bot/hello',
    access: 'write',
    tag: 'bot',
    summary: 'Opens a session. The first bot that offers knobs is steered, the others observe.',
    body: { schema: 'bot-hello' },
    answer: 'bot-answer#hello',
    refuses: ['badBody', 'protocolUnknown', 'tooBig', 'tooMany'],
  },
  {
    method: 'POST',
    path: '/v1/bot/stream',
    access: 'write',
    tag: 'bot',
    summary: 'Takes one JSON line for each frame in one long request; answered when it ends.',
    isOfSession: true,
    body: LINES,
    answer: 'bot-answer#lines',
    refuses: ['sessionEnded'],
  },
  {
    method: 'POST',
    path: '/v1/bot/frames',
    access: 'write',
    tag: 'bot',
    summary: 'Takes the same lines as a batch, as lines or as one JSON array.',
    isOfSession: true,
    body: LINES,
    answer: 'bot-answer#lines',
    refuses: ['badBody', 'sessionEnded', 'tooBig'],
  },
  {
    method: 'GET',
    path: '/v1/bot/decision',
    access: 'read',
    tag: 'bot',
    summary: 'What the bot is to do now.',
    isOfSession: true,
    answer: 'bot-decision',
    hasTag: true,
    refuses: ['sessionEnded'],
  },
  {
    method: 'GET',
    path: '/v1/bot/events',
    access: 'read',
    tag: 'bot',
    summary:
      'The same pushed: at once, then whenever it changes; a comment every 2 s when nothing else goes.',
    isOfSession: true,
    events: { decision: 'bot-decision' },
    refuses: ['sessionEnded'],
  },
  {
    method: 'GET',
    path: '/v1/state',
    access: 'read',
    tag: 'read',
    summary: 'Everything that a first paint needs.',
    answer: 'state#state',
  },
  {
    method: 'GET',
    path: '/v1/snapshot',
    access: 'read',
    tag: 'read',
    summary: 'Everything measured now, grouped by where it comes from.',
    answer: 'answers#snapshot',
  },
  {
    method: 'GET',
    path: '/v1/facts',
    access: 'read',
    tag: 'read',
    summary: 'Every fact with unit, quality and age, and the reason where it is unknown.',
    answer: 'answers#facts',
  },
  {
    method: 'GET',
    path: '/v1/bottleneck',
    access: 'read',
    tag: 'read',
    summary: 'What limits the frame rate, and the figures that say so.',
    answer: 'answers#bottleneck',
  },
  {
    method: 'GET',
    path: '/v1/recommendations',
    access: 'read',
    tag: 'read',
    summary: 'What a person might do now.',
    answer: 'answers#recommendations',
  },
  {
    method: 'GET',
    path: '/v1/rules',
    access: 'read',
    tag: 'read',
    summary: 'Every rule with its state, and the book it is from.',
    answer: 'state#rules',
  },
  {
    method: 'GET',
    path: '/v1/decisions',
    access: 'read',
    tag: 'read',
    summary: 'The feed of decisions.',
    query: { since: 'Tick time in ms after which; all when left out.' },
    answer: 'state#decisions',
    refuses: ['badBody'],
  },
  {
    method: 'GET',
    path: '/v1/explain',
    access: 'read',
    tag: 'read',
    summary: 'Why rules did or did not act: the nearest to firing, or with a rule that one.',
    query: {
      rule: 'A rule by its id; all when left out.',
      at: `The moment; the newest tick when left out. ${AT}`,
    },
    answer: 'state#explained',
    refuses: ['badBody', 'unknownName', 'outOfRange'],
  },
  {
    method: 'GET',
    path: '/v1/history',
    access: 'read',
    tag: 'read',
    summary: "A fact's past in equal steps.",
    query: 'control#history',
    answer: 'state#history',
    refuses: ['badBody', 'unknownName'],
  },
  {
    method: 'GET',
    path: '/v1/events',
    access: 'read',
    tag: 'read',
    summary:
      'What happens, pushed: samples at most four times a second, decisions, states of rules, reloads.',
    events: { sample: 'state#state', decision: 'state#decided', rule: 'state#rule', reload: 'state#book' },
    refuses: ['tooMany'],
  },
  {
    method: 'GET',
    path: '/metrics',
    access: 'read',
    tag: 'read',
    summary: 'What is known and counted now, for Prometheus.',
    text: EXPOSITION_TYPE,
  },
  {
    method: 'GET',
    path: '/v1/openapi.json',
    access: 'read',
    tag: 'read',
    summary: 'This document.',
    answer: 'answers#openApi',
  },
  {
    method: 'PUT',
    path: '/v1/level',
    access: 'write',
    tag: 'wish',
    summary: 'Sets the level.',
    body: { schema: 'control#level' },
    answer: 'state#set',
    refuses: ['badBody', 'unknownName', 'tooBig'],
  },
  {
    method: 'PUT',
    path: '/v1/preset',
    access: 'write',
    tag: 'wish',
    summary: 'Sets the preset.',
    body: { schema: 'control#preset' },
    answer: 'state#set',
    refuses: ['badBody', 'unknownName', 'tooBig'],
  },
  {
    method: 'PUT',
    path: '/v1/override/{knob}',
    access: 'write',
    tag: 'wish',
    summary: 'Sets a knob by hand; it always expires.',
    body: { schema: 'control#override' },
    answer: 'state#set',
    refuses: ['badBody', 'unknownKnob', 'outOfRange', 'tooBig'],
  },
  {
    method: 'DELETE',
    path: '/v1/override/{knob}',
    access: 'write',
    tag: 'wish',
    summary: 'Gives a knob back to the rules.',
    answer: 'state#set',
    refuses: ['unknownKnob'],
  },
  {
    method: 'POST',
    path: '/v1/optimize',
    access: 'write',
    tag: 'wish',
    summary: 'Evaluates now.',
    answer: 'state#decision',
  },
  {
    method: 'POST',
    path: '/v1/auto',
    access: 'write',
    tag: 'wish',
    summary: 'Lets rules act, or freezes all but safety rules.',
    body: { schema: 'control#auto' },
    answer: 'state#set',
    refuses: ['badBody', 'tooBig'],
  },
  {
    method: 'POST',
    path: '/v1/confirm',
    access: 'write',
    tag: 'wish',
    summary: 'Keeps values of hardware that a person set, which else go back after 10 s.',
    answer: 'state#kept',
    refuses: ['nothingToConfirm'],
  },
  {
    ...OFREP,
    method: 'POST',
    path: '/ofrep/v1/evaluate/flags',
    summary: 'The knobs of the newest decision as flags.',
    body: OFREP_BODY,
    answer: 'ofrep#bulk',
    hasTag: true,
    refuses: ['badBody', 'tooBig'],
  },
  {
    ...OFREP,
    method: 'POST',
    path: '/ofrep/v1/evaluate/flags/{key}',
    summary: 'One knob of the newest decision as a flag.',
    body: OFREP_BODY,
    answer: 'ofrep#evaluation',
    refuses: ['badBody', 'unknownKnob', 'tooBig'],
  },
];
