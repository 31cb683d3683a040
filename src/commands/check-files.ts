/** What `validate` looks at: which file is what, and everything wrong in any of them. */
import { existsSync, readFileSync, statSync } from 'node:fs';
import { basename } from 'node:path';
import { EvenkeelError } from '../errors.js';
import { checkBook } from '../rules/check-book.js';
import { isTestName, readFolders, readProfiles } from '../rules/folders.js';
import { decodeFile } from '../rules/guard.js';
import { type PingPong, warnUnsupported } from '../rules/meaning/index.js';
import { describeProblems, sortProblems } from '../rules/problems.js';
import { buildProfile, type ProfileFile } from '../rules/profile.js';
import { CONFIG_FILE, checkConfig, resolveSettings } from '../settings/index.js';
import type { Book, Problem } from '../shapes/rule.js';
import { checkTestFile, testsBelow } from './test-files.js';

/** Every file that was looked at with its text, what is wrong in them, and what overrides what. */
export interface Checked {
  texts: Map<string, string>;
  problems: Problem[];
  overrides: Book['overrides'];
  /** Verdicts on pairs of rules that may push a knob back and forth. */
  pingPong: PingPong;
  /** Questions about single rules and sets that were too large to answer. */
  undecided: number;
}

type FileKind = 'rules' | 'profile' | 'config' | 'test';

/** Keys that only one kind of file has at its top. */
const KEYS: readonly [FileKind, RegExp][] = [
  [
    'config',
    /^(port|gpu|recording|hardware|intervals|logLevel|listen|targets|features|tensorrtPrecision|testOnReload):/m,
  ],
  ['profile', /^(match|models|resolutions|knobs|extends|unsupported|defaultResolution|limits):/m],
];

/** Facts are judged against this profile's levels when no other is asked for. */
const ANY_PROFILE = 'generic-nvidia';

/**
 * Checks the shipped files with `paths` laid over them, and rule tests beside them; without paths the configuration of
 * this folder counts too.
 * @throws EvenkeelError `badFile` for a path that is not there, `badFlag` for an unknown profile.
 */
export function checkFiles(paths: readonly string[], profileName: string | undefined): Checked {
  const checked: Checked = {
    texts: new Map(),
    problems: [],
    overrides: [],
    pingPong: { proved: 0, possible: 0, undecided: 0 },
    undecided: 0,
  };
  const kinds = new Map((paths.length > 0 ? paths : ownConfig()).map((path) => [path, kindOf(path)]));
  const of = (kind: FileKind): string[] => [...kinds].filter(([, one]) => one === kind).map(([path]) => path);
  const folders = of('rules');
  for (const path of of('config')) folders.push(...checkOneConfig(path, checked));
  const profiles = readProfiles(of('profile'));
  checkProfiles(profiles, paths.length === 0 ? null : of('profile').map(slashes), checked);
  checkRules(folders, profileName, profiles, checked);
  checkTests([...of('test'), ...folders.filter(isFolder).flatMap(testsBelow)], checked);
  sortProblems(checked.problems);
  return checked;
}

function ownConfig(): string[] {
  return existsSync(CONFIG_FILE) ? [CONFIG_FILE] : [];
}

function slashes(path: string): string {
  return path.replaceAll('\\', '/');
}

function kindOf(path: string): FileKind {
  if (!existsSync(path))
    throw new EvenkeelError('badFile', `expected a file or folder at ${path}, but there is none`);
  if (statSync(path).isDirectory()) return 'rules';
  if (basename(path) === CONFIG_FILE) return 'config';
  if (isTestName(path)) return 'test';
  const decoded = decodeFile(slashes(path), readFileSync(path));
  const text = 'text' in decoded ? decoded.text : '';
  return KEYS.find(([, keys]) => keys.test(text))?.[0] ?? 'rules';
}

/** Checks a configuration; returns the rule folders it names. */
function checkOneConfig(path: string, checked: Checked): string[] {
  const decoded = decodeFile(slashes(path), readFileSync(path));
  if ('problem' in decoded) {
    checked.problems.push(decoded.problem);
    return [];
  }
  checked.texts.set(slashes(path), decoded.text);
  const mistakes = checkConfig({ path: slashes(path), text: decoded.text });
  checked.problems.push(...mistakes);
  if (mistakes.length > 0) return [];
  const { settings } = resolveSettings({ flags: {}, env: {}, file: { path, text: decoded.text } });
  return settings.rules;
}

function isFolder(path: string): boolean {
  return statSync(path).isDirectory();
}

function checkTests(paths: readonly string[], checked: Checked): void {
  for (const one of new Set(paths)) {
    const { path, text, problems } = checkTestFile(one);
    if (text !== null) checked.texts.set(path, text);
    checked.problems.push(...problems);
  }
}

function checkProfiles(
  profiles: readonly ProfileFile[],
  only: readonly string[] | null,
  checked: Checked,
): void {
  for (const file of profiles) {
    if (only !== null && !only.includes(file.path)) continue;
    checked.texts.set(file.path, file.text);
    const { problems } = buildProfile(file.name, profiles);
    checked.problems.push(...problems.filter((problem) => problem.path === file.path));
  }
}

function checkRules(
  folders: readonly string[],
  profileName: string | undefined,
  profiles: readonly ProfileFile[],
  checked: Checked,
): void {
  const { profile, problems } = buildProfile(profileName ?? ANY_PROFILE, profiles);
  if (profile === null) {
    const isUnknown = profileName !== undefined && !profiles.some(({ name }) => name === profileName);
    if (isUnknown) throw new EvenkeelError('badFlag', describeProblems(problems));
    return;
  }
  const content = readFolders(folders);
  for (const file of content.files) checked.texts.set(file.path, file.text);
  const { book, problems: mistakes, pingPong, undecided } = checkBook(content.files, profile);
  checked.problems.push(...content.problems, ...mistakes);
  Object.assign(checked, { pingPong, undecided });
  if (book === null) return;
  checked.overrides = book.overrides;
  if (profileName !== undefined) checked.problems.push(...warnUnsupported(book.rules, profile));
}
