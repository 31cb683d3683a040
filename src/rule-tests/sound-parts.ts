/** The parts of a test file that are of the schema: their meaning is checked beside what the others have wrong. */
import type { Path } from '../rules/document.js';
import type { SchemaMistake } from '../rules/schema.js';
import type { Expectation, Input, RuleTestFile, Test } from '../shapes/generated/rule-test.js';

/** A test whose expectations and inputs are null where they are not of the schema. */
export type SoundTest = Omit<Test, 'expect' | 'inputs'> & {
  expect: (Expectation | null)[];
  inputs?: (Input | null)[];
};

/** A file whose tests are null where they are not of the schema. */
export type SoundFile = Omit<RuleTestFile, 'rules' | 'tests'> & {
  rules: string[];
  tests: (SoundTest | null)[];
};

type Map = Record<string, unknown>;

/** Leaves out what `mistakes` are about; null where nothing is left. Entries of lists keep their places. */
export function soundParts(data: unknown, mistakes: readonly SchemaMistake[]): SoundFile | null {
  if (!isMap(data)) return null;
  const file = structuredClone(data);
  // A key too many takes nothing away from the others.
  for (const { path, problem } of mistakes) if (problem.code !== 'unknown-key') leaveOut(file, path);
  const rules = Array.isArray(file.rules) ? file.rules : [];
  const tests = Array.isArray(file.tests) ? file.tests : [];
  return { ...file, rules, tests: tests.map((test) => (isTest(test) ? test : null)) } as SoundFile;
}

function leaveOut(file: Map, [top, index, key, entry, part]: Path): void {
  if (top === undefined) return;
  const tests = Array.isArray(file.tests) ? file.tests : [];
  if (top !== 'tests') {
    // Without them no length or moment of any test can be judged.
    if (top === 'defaults' || top === 'interval') tests.fill(null);
    delete file[top];
    return;
  }
  const test: unknown = typeof index === 'number' ? tests[index] : undefined;
  if (key === undefined || key === 'given' || !isMap(test)) {
    if (typeof index === 'number' && (key === 'given' || !isTest(test))) tests[index] = null;
    return;
  }
  const list = test[key];
  if (Array.isArray(list) && typeof entry === 'number') {
    const left: unknown = key === 'expect' && part !== 'at' ? without(list[entry], part) : null;
    list[entry] = left;
  } else if (key === 'name') test.name = '';
  else test[key] = key === 'expect' ? [] : undefined;
}

/** What else an expectation looks at; null where that is nothing. */
function without(expectation: unknown, part: Path[number] | undefined): unknown {
  if (!isMap(expectation) || part === undefined) return null;
  const { [part]: _, ...left } = expectation;
  return Object.keys(left).some((key) => key !== 'at' && key !== 'rule') ? left : null;
}

function isMap(value: unknown): value is Map {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isTest(value: unknown): boolean {
  return isMap(value) && typeof value.name === 'string' && Array.isArray(value.expect);
}
