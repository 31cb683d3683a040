/** The rules of all files: later folders replace, switch off and tune those of earlier ones. */

import { didYouMean } from '../nearest.js';
import type { Book, Problem } from '../shapes/rule.js';
import type { LocatedDocument, Path } from './document.js';
import type { LaidRule, RawRule } from './laid-rule.js';
import { complainAt, type Layer, MAX_PROBLEMS, modeOf, setName } from './layer.js';
import type { LostNames } from './lost-names.js';
import { alreadyDisabled, sameNumbers, sameRule } from './no-effect.js';
import { findMistakes } from './schema.js';
import { tuneRule } from './tune.js';

/** The rules as they stand so far, and what is told about them. */
interface Laying {
  laid: Map<string, LaidRule>;
  /** Rules that were switched off, and the file that did. */
  disabled: Map<string, string>;
  lost: LostNames;
  overrides: Book['overrides'];
  problems: Problem[];
}

/**
 * The rules that stand at the end, each where it was said last; what was laid over what goes to `overrides`. In each
 * folder rules come first, then what switches off, then what tunes, so that the names of its files decide nothing.
 */
export function layRules(
  layers: readonly Layer[],
  lost: LostNames,
  overrides: Book['overrides'],
  problems: Problem[],
): LaidRule[] {
  const laying: Laying = { laid: new Map(), disabled: new Map(), lost, overrides, problems };
  for (const folder of new Set(layers.map(({ file }) => file.folder))) {
    const own = layers.filter(({ file }) => file.folder === folder);
    for (const layer of own) placeRules(layer, laying);
    for (const layer of own) disableRules(layer, laying);
    for (const layer of own) tuneRules(layer, laying);
  }
  return [...laying.laid.values()];
}

function placeRules(layer: Layer, { laid, overrides, problems }: Laying): void {
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
}

function disableRules(layer: Layer, laying: Laying): void {
  const { laid, disabled, overrides, problems } = laying;
  for (const [i, id] of (layer.raw.disable ?? []).entries()) {
    if (problems.length > MAX_PROBLEMS) return;
    const before = laid.get(id);
    const disabledBy = disabled.get(id);
    if (before !== undefined) {
      overrides.push({ id, file: layer.file.path, over: before.file.path });
      disabled.set(id, layer.file.path);
    } else if (disabledBy !== undefined) problems.push(alreadyDisabled(layer, i, id, disabledBy));
    else complainUnknown(layer, ['disable', i], id, laying);
    laid.delete(id);
  }
}

function tuneRules(layer: Layer, laying: Laying): void {
  const { laid, overrides, problems } = laying;
  for (const [id, numbers] of Object.entries(layer.raw.tune ?? {})) {
    const before = laid.get(id);
    if (before === undefined) {
      complainUnknown(layer, ['tune', id], id, laying);
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

function complainUnknown(layer: Layer, path: Path, id: string, { laid, lost, problems }: Laying): void {
  if (!lost.may('rules', id)) problems.push(unknownRule(layer, path, id, laid));
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
