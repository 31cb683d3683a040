/** Rule files to one book: each checked, later folders laid over earlier ones, all mistakes told at once. */
import { createHash } from 'node:crypto';
import type { Profile } from '../shapes/profile.js';
import type { Book, BookFile, Problem } from '../shapes/rule.js';
import { factNames } from './fact-names.js';
import type { LaidRule } from './laid-rule.js';
import { flagChecker, layFrames } from './lay-frames.js';
import { layLevels, levelChecker } from './lay-levels.js';
import { layModes } from './lay-modes.js';
import { layRules } from './lay-rules.js';
import { readLayer } from './layer.js';
import { LostNames } from './lost-names.js';
import type { Draft } from './meaning/index.js';
import { collectNamed } from './named.js';
import { findNoEffect } from './no-effect.js';
import { checkPresets, layPresets } from './presets.js';
import { sortProblems } from './problems.js';
import { buildRules } from './rule.js';
import { ANY_SIGNAL, buildSignals } from './signals.js';

/** Without a book where any problem is an error. */
export type BookResult = { book: Book | null; problems: Problem[] };

/** With what is right of the book, for the checks of its meaning. */
export type BuiltBook = BookResult & { draft: Draft };

/**
 * Builds the book of these files, in the order of their folders. `book` is null when any problem is an error: a book
 * goes live whole or not at all. `profile` may lay its own figures over the levels. What the rules mean together is
 * judged by `checkBook`.
 */
export function buildBook(files: readonly BookFile[], profile: Profile): BuiltBook {
  const problems: Problem[] = [];
  const lost = new LostNames();
  const layers = files.flatMap((file) => readLayer(file, lost, problems));
  const overrides: Book['overrides'] = [];
  const laid = layRules(layers, lost, overrides, problems);
  const levels = layLevels(layers, profile, lost, problems);
  const checkLevel = levelChecker(levels, lost);
  const namedSignals = collectNamed(layers, 'signals', 'signal', overrides, problems);
  const names = factNames(new Map([...namedSignals.keys()].map((name) => [name, ANY_SIGNAL])), (name) =>
    lost.may('signals', name),
  );
  const signals = buildSignals(namedSignals, names, problems);
  const conditions = collectNamed(layers, 'conditions', 'condition', overrides, problems);
  const mayHaveCondition = (name: string): boolean => lost.may('conditions', name);
  const checkFlag = flagChecker(layers, lost);
  const context = { names, signals, conditions, mayHaveCondition, checkLevel, checkFlag, problems };
  const rules = buildRules(laid, context);
  const presets = layPresets(layers);
  checkPresets(layers, checkLevel, problems);
  const frames = layFrames(layers, lost, problems);
  problems.push(...findNoEffect(layers, profile));
  const sets = layModes(layers, overrides, problems);
  const draft = { files, rules, signals, levels, overrides, locate: locator(laid) };
  sortProblems(problems);
  if (problems.some((problem) => problem.severity === 'error')) return { book: null, problems, draft };
  return {
    book: {
      files: [...files],
      hash: hashFiles(files),
      sets,
      signals,
      rules,
      levels,
      presets,
      frames,
      overrides,
    },
    problems,
    draft,
  };
}

/** The place of a rule's part in the file that said it last. */
function locator(laid: readonly LaidRule[]): Draft['locate'] {
  const byId = new Map(laid.map((rule) => [rule.raw.id, rule]));
  return (id, path, ofKey) => {
    const rule = byId.get(id);
    if (rule === undefined) return { path: '', line: 1, column: 1 };
    return rule.document.locate([...rule.path, ...path], ofKey);
  };
}

/** sha256 over the folders, paths and texts of a book. */
export function hashFiles(files: readonly BookFile[]): string {
  const hash = createHash('sha256');
  for (const { path, folder, text } of files) hash.update(JSON.stringify([folder, path, text]));
  return hash.digest('hex');
}
