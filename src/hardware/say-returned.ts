import type { Returned } from './lent-cards.js';

/** What giving back came to, in sentences. */
export function describeReturned({ given, problems }: Returned): string[] {
  const told = given
    .filter(({ outcome }) => outcome !== 'failed')
    .map(({ card, knob, text }) => `${card}: ${knob} ${text}`);
  return [...told, ...problems];
}
