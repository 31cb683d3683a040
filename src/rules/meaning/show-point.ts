/** Values of facts as a message shows them. */
import type { FactValue } from '../../shapes/reading.js';

const MAX_SHOWN = 6;

/** `frame.loadPercent 110, gpu.temperatureC unknown`: by name, at most six. */
export function showPoint(point: ReadonlyMap<string, FactValue>, unknown: readonly string[]): string {
  const all = [
    ...[...point].map(([fact, value]) => `${fact} ${showValue(value)}`),
    ...unknown.map((fact) => `${fact} unknown`),
  ].sort();
  const rest = all.length - MAX_SHOWN;
  return `${all.slice(0, MAX_SHOWN).join(', ')}${rest > 0 ? ` and ${rest} more` : ''}`;
}

function showValue(value: FactValue): string {
  return String(rounded(value));
}

/** A number to nine digits: more are of the arithmetic, not of the example. */
export function rounded(value: FactValue): FactValue {
  return typeof value === 'number' ? Number(value.toPrecision(9)) : value;
}
