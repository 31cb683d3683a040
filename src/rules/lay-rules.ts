/** The rules of all files: later folders replace, switch off and tune those of earlier ones. */
import type { Book, Problem } from '../shapes/rule.js';
import type { LocatedDocument, Path } from './document.js';
import type { LaidRule, RawRule } from './laid-rule.js';
import { complainAt, type Layer, MAX_PROBLEMS, modeOf, setName } from './layer.js';
import type { LostNames } from './lost-names.js';
import { didYouMean } from './nearest.js';
import { alreadyDisabled, sameNumbers, sameRule } from './no-effect.js';
import { findMistakes } from './schema.js';
import { tuneRule } from './tune.js';

/** The rules that stand at the end, each where it was said last; what was laid over what goes to `overrides`. */
export function layRules(
  layers: readonly Layer[],
  lost: LostNames,
  overrides: Book['overrides'],
  problems: Problem[],
): LaidRule[] {
  const laid = new Map<string, LaidRule>();
  const disabled = new Map<string, string>();
  const complainUnknown = (layer: Layer, path: Path, id: string): void => {
    if (!lost.may('rules', id)) problems.push(unknownRule(layer, path, id, laid));
  };
  for (const layer of layers) {
    for (const [i, raw] of (layer.raw.rules ?? []).entries()) {
      if (raw === null) continue;
      const before = laid.get(raw.id);
      if (before !== undefined && before.file.folder === layer.file.folder) {
        const message = `the id "${raw.id}" is already used in ${before.file.path}`;
        problems.push(
          complainAt(layer, ['rules', i, 'id'], 'duplicate-id', message, 'an id of its own', raw.id),
        );
        continue;
      }
      if (before !== undefined) overrides.push({ id: raw.id, file: layer.file.path, over: before.file.path });
      const rule: LaidRule = {
        raw,
        file: layer.file,
        document: layer.document,
        path: ['rules', i],
        set: setName(layer),
        mode: modeOf(layer),
      };
      if (before !== undefined) problems.push(...sameRule(layer, i, before, rule));
      laid.set(raw.id, rule);
    }
    for (const [i, id] of (layer.raw.disable ?? []).entries()) {
      const before = laid.get(id);
      const disabledBy = disabled.get(id);
      if (problems.length > MAX_PROBLEMS) break;
      if (before !== undefined) {
        overrides.push({ id, file: layer.file.path, over: before.file.path });
        disabled.set(id, layer.file.path);
      } else if (disabledBy !== undefined) problems.push(alreadyDisabled(layer, i, id, disabledBy));
      else complainUnknown(layer, ['disable', i], id);
      laid.delete(id);
    }
    for (const [id, numbers] of Object.entries(layer.raw.tune ?? {})) {
      const before = laid.get(id);
      if (before === undefined) {
        complainUnknown(layer, ['tune', id], id);
        continue;
      }
      const { tuned, mistakes } = tuneRule(before.raw, numbers);
      for (const { path, message, expected } of mistakes) {
        problems.push(complainAt(layer, ['tune', id, ...path], 'bad-tune', message, expected, id));
      }
      overrides.push({ id, file: layer.file.path, over: before.file.path });
      const document = tunedDocument(before, tuned, layer.document, numbers);
      const wrong = findMistakes(document.ofRule, 'rules', 'rule', id).mistakes;
      problems.push(...wrong.map(({ problem }) => problem));
      if (wrong.length + mistakes.length === 0) problems.push(...sameNumbers(layer, before, numbers));
      if (wrong.length === 0) laid.set(id, { ...before, raw: tuned, document: document.ofFile });
    }
  }
  return [...laid.values()];
}

/** Places of a tuned rule: in the overlay for what it changes, else where the rule stands. */
function tunedDocument(
  rule: LaidRule,
  tuned: RawRule,
  overlay: LocatedDocument,
  numbers: Record<string, unknown>,
): { ofFile: LocatedDocument; ofRule: LocatedDocument } {
  const locate: LocatedDocument['locate'] = (path, ofKey) => {
    const inRule = path.slice(rule.path.length);
    return inRule.length > 0 && hasPath(numbers, inRule)
      ? overlay.locate(['tune', rule.raw.id, ...inRule], ofKey)
      : rule.document.locate(path, ofKey);
  };
  return {
    ofFile: { ...rule.document, locate },
    ofRule: {
      path: overlay.path,
      data: tuned,
      locate: (path, ofKey) => locate([...rule.path, ...path], ofKey),
    },
  };
}

function hasPath(value: unknown, path: Path): boolean {
  const [key, ...rest] = path;
  if (key === undefined) return true;
  return typeof value === 'object' && value !== null && Object.hasOwn(value, key)
    ? hasPath((value as Record<string, unknown>)[key], rest)
    : false;
}

function unknownRule(layer: Layer, path: Path, id: string, laid: ReadonlyMap<string, LaidRule>): Problem {
  const message = `no earlier rule has the id "${id}"${didYouMean(id, laid.keys())}`;
  return complainAt(layer, path, 'unknown-rule', message, 'the id of a rule of an earlier folder', id);
}
