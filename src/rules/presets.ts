/** Presets: a level, weights and values for knobs by one name. */
import type { Preset, Problem } from '../shapes/rule.js';
import { checkKnob, checkKnobValue } from './actions.js';
import type { Complain } from './conditions.js';
import type { Layer } from './layer.js';
import type { RuleContext } from './rule.js';

/** The presets of all files; a later one of the same name replaces. */
export function layPresets(layers: readonly Layer[]): Record<string, Preset> {
  return Object.assign({}, ...layers.map((layer) => layer.raw.presets ?? {}));
}

/** Complains about levels and knobs that presets name and nobody has. */
export function checkPresets(
  layers: readonly Layer[],
  checkLevel: RuleContext['checkLevel'],
  problems: Problem[],
): void {
  for (const { document, raw } of layers) {
    const complain: Complain = (path, code, message, expected, ofKey) => {
      problems.push({
        ...document.locate(path, ofKey),
        code,
        rule: null,
        message,
        expected,
        severity: 'error',
      });
    };
    for (const [name, { level, knobs }] of Object.entries(raw.presets ?? {})) {
      checkLevel(level, ['presets', name, 'level'], complain);
      for (const [knob, value] of Object.entries(knobs ?? {})) {
        const at = ['presets', name, 'knobs', knob];
        checkKnob(knob, at, complain);
        if (knob === 'level') checkLevel(String(value), at, complain);
        else checkKnobValue(knob, value, at, complain);
      }
    }
  }
}
