/** The kinds of mistakes in files that people write. Codes stay the same between versions; the page of reference tells them. */
import type { Problem } from '../shapes/rule.js';

/** What a code says of every problem that bears it. */
export interface ProblemKind {
  /** `error or warning` where it depends on how sure the check is. */
  severity: Problem['severity'] | 'error or warning';
  means: string;
}

function error(means: string): ProblemKind {
  return { severity: 'error', means };
}

function warning(means: string): ProblemKind {
  return { severity: 'warning', means };
}

/** Every code that a mistake may bear; programs may rely on them. */
export const PROBLEMS: Readonly<Record<string, ProblemKind>> = {
  encoding: error('the file is not UTF-8, or holds a character that has no place in a text'),
  'too-big': error('the file, or what it makes, is larger than any that a person writes'),
  'too-deep': error('maps, lists or references are nested too deeply'),
  directive: error('a line that begins with %'),
  alias: error('an anchor or alias, & or *'),
  tag: error('a tag, !'),
  'duplicate-key': error('a key stands twice in one map'),
  syntax: error('the text is no YAML'),
  'unknown-key': error('a key that the language does not have'),
  'missing-key': error('a key that must be there is not'),
  'bad-type': error('a value of another type than is needed there'),
  'bad-value': error('a value that is not possible there'),
  'bad-word': error('a word that is not of the closed list'),
  'bad-name': error('a name of the wrong form, or one that is taken'),
  'bad-format': error('a text of the wrong form, such as a time without its unit'),
  'out-of-range': error('a number, a text or a list outside its bounds'),
  empty: error('nothing stands where something must'),
  'duplicate-id': error('two rules of one folder have one id'),
  'duplicate-name': error('two conditions or signals of one folder have one name'),
  'unknown-fact': error('no fact has that name'),
  'unknown-knob': error('no knob has that name'),
  'unknown-rule': error('no earlier rule has that id'),
  'unknown-condition': error('no condition has that name'),
  'unknown-level': error('no level has that name'),
  'unknown-profile': error('no profile has that name'),
  'unknown-file': error('a rule test names a file that is not there'),
  cycle: error('conditions or signals rest on themselves'),
  'bad-operator': error('an operator that this fact cannot be asked'),
  'bad-action': error('an action that this knob cannot have'),
  'bad-safety': error('a safety rule does what only others may'),
  'bad-signal': error('a signal that is not exactly one of its kinds'),
  'bad-expect': error('an expectation that nothing could be graded by'),
  'bad-tune': error('tune changes something that is no number or time of that rule'),
  'bad-series': error('a series of a rule test that cannot be read'),
  'short-series': error('a series of a rule test that ends before the test does'),
  'bad-time': error('a moment beyond the end of a rule test'),
  'bad-input': error('an input of a rule test that is not exactly one of its kinds'),
  'given-signal': error('a rule test gives a signal, which is derived'),
  'unknown-flag': error('a flag that is never skipped, and that no bot tells and no weight names'),
  unsatisfiable: error('a condition that no values make true'),
  'test-failed': error('a rule test beside the rules fails, and the book must pass them to go live'),
  vanished: error('a folder of rules is gone'),
  reader: error('the rules could not be read for another reason'),
  fault: error('checking failed in a way that was not foreseen'),
  'set-conflict': error(
    'two rules of equal priority set one knob to different values, and can be active together',
  ),
  'ping-pong': {
    severity: 'error or warning',
    means:
      'two rules push a knob back and forth while the world stands still; a warning where time is in play',
  },
  'until-overlap': warning('when and until are true together: the rule ends as soon as it begins'),
  'blind-for-ever': warning(
    'a rule may stay active while its end is unknown, and no rule tests that with known: false',
  ),
  'odd-stage': warning("a stage of the bot's own whose name is nearly that of a fact"),
  'idle-every': warning('"every" on a rule that steps nothing'),
  'no-effect': warning('an overlay that changes nothing'),
  'unsupported-fact': warning('a rule looks at a fact that the card of this profile cannot deliver'),
};
