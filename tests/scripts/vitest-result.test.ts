import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, expect, test } from 'vitest';
import { ROOT } from '../helpers/checkout.js';

interface Counts {
  passed: number;
  failed: number;
  skipped: number;
  why?: string;
}

// A computed name, because the scripts are plain JavaScript without types.
const script = pathToFileURL(join(ROOT, 'scripts/parts/vitest-result.mjs')).href;
const { countTests } = (await import(script)) as {
  countTests(reportFile: string, exitCode: number): Counts;
};

const folder = mkdtempSync(join(tmpdir(), 'evenkeel-report-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** A report as vitest writes it, of one file with as many tests of each kind. */
function report(
  passed: number,
  failed: number,
  skipped = 0,
  status = failed > 0 ? 'failed' : 'passed',
): string {
  const file = join(folder, 'report.json');
  const assertionResults = Array.from({ length: failed }, () => ({ status: 'failed' }));
  const json = {
    numPassedTests: passed,
    numFailedTests: failed,
    numPendingTests: skipped,
    numTodoTests: 0,
    testResults: [{ status, assertionResults }],
  };
  writeFileSync(file, JSON.stringify(json));
  return file;
}

test('counts passed, failed and skipped tests', () => {
  expect(countTests(report(3, 0, 2), 0)).toEqual({ passed: 3, failed: 0, skipped: 2 });
  expect(countTests(report(3, 2), 1)).toEqual({ passed: 3, failed: 2, skipped: 0 });
});

test('a file that could not be loaded counts as one failed', () => {
  expect(countTests(report(3, 0, 0, 'failed'), 1)).toMatchObject({ passed: 3, failed: 1 });
});

test('a run without a report, without a test, or with a failure outside of tests is a failed one', () => {
  expect(countTests(join(folder, 'absent.json'), 0)).toMatchObject({
    failed: 1,
    why: 'vitest wrote no report',
  });
  expect(countTests(report(0, 0), 0)).toMatchObject({ failed: 1, why: 'vitest ran no test' });
  expect(countTests(report(3, 0), 1)).toMatchObject({ failed: 1, why: 'vitest ended with exit code 1' });
});
