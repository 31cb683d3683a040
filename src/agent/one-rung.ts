/** A ladder of one rung is ordinary: the rules that would move it are told once as not applicable. */
import type { KnobOffer } from '../shapes/knob.js';
import type { TickEvent } from '../shapes/sample.js';

/** One sentence for each knob that its owner offers with one value only. */
export function oneRungNotes(event: TickEvent): string[] {
  const offers: [string, KnobOffer | null][] =
    event.kind === 'hello' && event.controls
      ? Object.entries(event.knobs)
      : event.kind === 'device'
        ? [[event.knob, event.offer]]
        : [];
  return offers.flatMap(([knob, offer]) =>
    offer !== null && isOneRung(offer)
      ? [`${knob} has one value, ${offer.value}: rules that would move it are not applicable`]
      : [],
  );
}

function isOneRung({ values, range }: KnobOffer): boolean {
  if (values !== undefined) return new Set(values).size <= 1;
  return range !== undefined && range[0] === range[1];
}
