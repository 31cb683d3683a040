/** `gpu.thermalMarginC`: degrees to where the card begins to limit itself. */
import { type Answer, isAnswered, type Refusal } from './answers.js';
import { CODE, NEVER_CODES } from './codes.js';
import type { Device } from './device.js';
import { MARGIN_V1, THRESHOLD } from './layouts.js';

/** Outside of this a threshold is none: drivers of Ada and newer cards may tell margins in its place. */
const [LOWEST_C, HIGHEST_C] = [40, 130];
/** A card begins to limit itself this far below its slowdown point, as both known dumps of an RTX 4090 have it. */
const BELOW_SLOWDOWN_C = 2;

const marginBytes = new Uint8Array(MARGIN_V1.size);
const marginView = new DataView(marginBytes.buffer);

/** What drivers since R570 tell: 0 is where the card begins to limit itself, and it falls as the card heats. */
function ownMargin(device: Device): Answer {
  marginView.setUint32(0, MARGIN_V1.version, true);
  const code = device.library.call('nvmlDeviceGetMarginTemperature', device.handle, marginBytes);
  return code === CODE.success ? { value: marginView.getInt32(MARGIN_V1.margin, true) } : { code };
}

/**
 * The temperature in °C at which a card begins to limit itself, by its thresholds: the lower of its target and its
 * highest allowed temperature, else two degrees below its slowdown point.
 */
export function limitC(device: Device): Answer {
  const [target, highest, slowdown] = [THRESHOLD.acousticCurrent, THRESHOLD.gpuMax, THRESHOLD.slowdown].map(
    (which) => device.u32Of('nvmlDeviceGetTemperatureThreshold', which),
  );
  const known = (answer: Answer | undefined): number[] =>
    answer !== undefined && isAnswered(answer) && answer.value >= LOWEST_C && answer.value <= HIGHEST_C
      ? [answer.value]
      : [];
  const limits = [...known(target), ...known(highest)];
  if (limits.length > 0) return { value: Math.min(...limits) };
  const [slowdownC] = known(slowdown);
  if (slowdownC !== undefined) return { value: slowdownC - BELOW_SLOWDOWN_C };
  const refusals = [target, highest, slowdown].filter(
    (answer): answer is Refusal => answer !== undefined && !isAnswered(answer),
  );
  // What may pass counts: the card is asked again.
  const passing = refusals.find(({ code }) => !NEVER_CODES.has(code));
  return passing ?? { code: CODE.notSupported, why: 'the card tells no threshold' };
}

/** The card's own margin, else its limit minus its temperature; unsupported where it tells neither, for the profile may. */
export function thermalMarginC(device: Device): Answer {
  return device.newest('thermalMarginC', [() => ownMargin(device), () => byLimit(device)]);
}

function byLimit(device: Device): Answer {
  const limit = device.number('limitC');
  const temperature = device.number('temperatureC');
  if (limit !== undefined && temperature !== undefined) return { value: limit - temperature };
  return device.refusal(limit === undefined ? 'limitC' : 'temperatureC');
}
