/** How settings are counted and said. */
import type { CardKnob } from '../shapes/gpu.js';

interface Unit {
  name: string;
  /** The finest step that a driver takes: milliwatts, whole megahertz, whole degrees. */
  step: number;
}

const UNITS: Readonly<Record<CardKnob, Unit>> = {
  powerLimitW: { name: 'W', step: 0.001 },
  graphicsClockMaxMhz: { name: 'MHz', step: 1 },
  targetTemperatureC: { name: '°C', step: 1 },
};

/** A wish on the knob's grid and inside the device's range, whose ends lie on the grid. */
export function fitToDevice(knob: CardKnob, wish: number, [min, max]: readonly [number, number]): number {
  const perUnit = 1 / UNITS[knob].step;
  return Math.min(max, Math.max(min, Math.round(wish * perUnit) / perUnit));
}

/** `300 W`, or `unknown` where nobody tells a value. */
export function sayValue(knob: CardKnob, value: number | null): string {
  return value === null ? 'unknown' : `${value} ${UNITS[knob].name}`;
}
