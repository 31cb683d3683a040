import { expect, it } from 'vitest';
import { isLimitedByOurs } from '../../src/gpu/limited-by-ours.js';

const limits = { limitedBy: 'power', powerLimitW: 300, powerLimitDefaultW: 450, oursW: 300, hasLock: false };

it.each([
  ['power, at the limit that was set here', {}, true],
  ['power, at that limit as the card rounded it', { powerLimitW: 299.4 }, true],
  ['power, at a limit of somebody else', { powerLimitW: 320 }, false],
  ['power, with nothing set here', { oursW: undefined }, false],
  ["power, where the limit set here is the card's own", { powerLimitW: 450, oursW: 450 }, false],
  ['power, where the limit in force is not told', { powerLimitW: undefined }, false],
  ['heat', { limitedBy: 'thermal' }, false],
  ['nothing', { limitedBy: 'none' }, false],
  ['something else while the clock is bounded here', { limitedBy: 'other', hasLock: true }, true],
  ['something else', { limitedBy: 'other' }, false],
])('a card that is limited by %s', (_what, changed, isOurs) => {
  expect(isLimitedByOurs({ ...limits, ...changed })).toBe(isOurs);
});
