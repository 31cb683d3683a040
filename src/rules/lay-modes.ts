/** The modes of sets, over all files. */
import { bareRecord } from '../own.js';
import type { Mode } from '../shapes/port.js';
import type { Book, Problem } from '../shapes/rule.js';
import { complainAt, type Layer, setName } from './layer.js';

/** Mode of each set. Only a mode that is written replaces that of an earlier folder; files of one folder must agree. */
export function layModes(
  layers: readonly Layer[],
  overrides: Book['overrides'],
  problems: Problem[],
): Record<string, Mode> {
  const sets: Record<string, Mode> = bareRecord();
  const said = new Map<string, Layer>();
  for (const layer of layers) {
    const name = setName(layer);
    sets[name] ??= 'enforce';
    const { mode } = layer.raw;
    if (mode === undefined) continue;
    const before = said.get(name);
    if (before !== undefined && before.raw.mode !== mode) {
      if (before.file.folder === layer.file.folder) {
        const message = `the set "${name}" has the mode ${before.raw.mode} in ${before.file.path}`;
        problems.push(
          complainAt(layer, ['mode'], 'duplicate-name', message, 'one mode, or another name', null),
        );
      } else overrides.push({ id: name, file: layer.file.path, over: before.file.path });
    }
    said.set(name, layer);
    sets[name] = mode;
  }
  return sets;
}
