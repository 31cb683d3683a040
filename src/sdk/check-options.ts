/** What can be said of a `connect` call before anything is sent. */
import type { ConnectOptions } from './types.js';

/** As bot-hello.schema.json says them. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it keeps out.
const BOT_NAME = /^[^\u0000-\u001f\u007f]{1,64}$/u;
const KNOB_NAME = /^[a-z][A-Za-z0-9]{0,47}$/;
const MOST_KNOBS = 32;
const LARGEST_FPS = 10_000;

/** @throws TypeError with what was expected and what came. */
export function checkOptions(name: string, options: ConnectOptions): void {
  const refuse = (what: string, expected: string, came: unknown): never => {
    throw new TypeError(
      `connect: ${what}: expected ${expected}, got ${JSON.stringify(came) ?? String(came)}`,
    );
  };
  if (typeof options !== 'object' || options === null) refuse('options', 'an object of options', options);
  if (typeof name !== 'string' || !BOT_NAME.test(name)) {
    refuse('name', '1 to 64 characters, none of them a control character', name);
  }
  const { knobs = {}, loop, maxFps, gpuUuid, url, token, stateDir, sample } = options;
  if (typeof knobs !== 'object' || knobs === null || Array.isArray(knobs)) {
    refuse('knobs', 'an object of knobs, {} for a bot that only tells', knobs);
  }
  const names = Object.keys(knobs);
  if (names.length > MOST_KNOBS) refuse('knobs', `${MOST_KNOBS} at most`, names.length);
  const strange = names.find((knob) => !KNOB_NAME.test(knob));
  if (strange !== undefined) refuse('knobs', 'names of letters and digits such as frameSkip', strange);
  if (loop !== undefined && loop !== 'newest' && loop !== 'queue') refuse('loop', 'newest or queue', loop);
  if (maxFps !== undefined && !(maxFps > 0 && maxFps <= LARGEST_FPS)) {
    refuse('maxFps', `frames a second up to ${LARGEST_FPS}`, maxFps);
  }
  if (sample !== undefined && !(Number.isInteger(sample) && sample >= 1)) {
    refuse('sample', 'a whole number from 1', sample);
  }
  for (const [key, text] of Object.entries({ gpuUuid, token, stateDir })) {
    if (text !== undefined && typeof text !== 'string') refuse(key, 'a text', text);
  }
  if (url !== undefined && !(URL.canParse(url) && new URL(url).protocol === 'http:')) {
    refuse('url', 'a URL such as http://127.0.0.1:7410', url);
  }
}
