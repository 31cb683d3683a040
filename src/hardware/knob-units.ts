/** How settings are counted and said. */
import type { CardKnob } from '../shapes/gpu.js';

interface Unit {
  name: string;
  /** The finest step that a driver takes: milliwatts, whole megahertz, whole degrees. */
  step: number;
  /** How far a driver may round what it is told: a watt's half is seen, whole megahertz and degrees are kept. */
  rounding: number;
}

const UNITS: Readonly<Record<CardKnob, Unit>> = {
  powerLimitW: { name: 'W', step: 0.001, rounding: 0.5 },
  graphicsClockMaxMhz: { name: 'MHz', step: 1, rounding: 0 },
  targetTemperatureC: { name: '°C', step: 1, rounding: 0 },
};

/** A wish on the knob's grid and inside the device's range, whose ends lie on the grid. */
export function fitToDevice(knob: CardKnob, wish: number, [min, max]: readonly [number, number]): number {
  const perUnit = 1 / UNITS[knob].step;
  return Math.min(max, Math.max(min, Math.round(wish * perUnit) / perUnit));
}

/** Whether two values are one to a driver that rounds. */
export function isSameSetting(knob: CardKnob, one: number, other: number): boolean {
  return Math.abs(one - other) <= UNITS[knob].rounding;
}

/** `300 W`, or `unknown` where nobody tells a value. */
export function sayValue(knob: CardKnob, value: number | null): string {
  return value === null ? 'unknown' : `${value} ${UNITS[knob].name}`;
}
