/** What the checks of a book's meaning are handed, and what they say. */
import type { Profile } from '../../shapes/profile.js';
import type { BookFile, Level, Place, Problem, Rule, Signal } from '../../shapes/rule.js';
import type { Path } from '../document.js';
import type { Formula, Naming } from '../logic/atoms.js';
import type { Budget } from '../logic/budget.js';
import type { Signals } from '../logic/naming.js';
import type { Response } from './responses.js';

/** A book whose parts are right each by itself; it may lack what could not be read. */
export interface Draft {
  files: readonly BookFile[];
  rules: readonly Rule[];
  signals: readonly Signal[];
  levels: Readonly<Record<string, Level>>;
  overrides: readonly { id: string; file: string; over: string }[];
  /** The place of a rule's part, in the file that said it last. */
  locate(id: string, path: Path, ofKey?: boolean): Place;
}

/** Mistakes of one kind that are told; a book with more is not gone through to its end. */
export const MAX_FOUND = 200;

/** What every check needs. */
export interface Judged {
  draft: Draft;
  /** Rules without a mistake, in the order of their ids. */
  rules: readonly Rule[];
  /** How many comparisons a rule makes: what it costs to ask about it. */
  costOf(rule: Rule): number;
  profile: Profile;
  signals: Signals;
  naming: Naming;
  /** What a knob moves that goes so many rungs down. */
  responseOf(knob: string, rungs: number | null): Response;
  /** Formulas that were made for pairs of rules, by what they say. */
  sides: Map<string, Formula>;
  budget: Budget;
}

/** What one check says. `undecided` counts the questions that were too large. */
export interface Findings {
  problems: Problem[];
  undecided: number;
}
