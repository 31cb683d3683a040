/** Counts what vitest's JSON report tells. */
import { existsSync, readFileSync } from 'node:fs';

/**
 * Passed, failed and skipped tests. A file that could not be loaded has no tests and counts as one failed; so
 * does a run without a report, without a test, or with a failure that belongs to no test.
 */
export function countTests(reportFile, exitCode) {
  const report = existsSync(reportFile) ? JSON.parse(readFileSync(reportFile, 'utf8')) : null;
  if (report === null) return { passed: 0, failed: 1, skipped: 0, why: 'vitest wrote no report' };
  const unloaded = report.testResults.filter(
    (file) => file.status === 'failed' && !file.assertionResults.some((test) => test.status === 'failed'),
  ).length;
  const passed = report.numPassedTests;
  const skipped = report.numPendingTests + report.numTodoTests;
  const failed = report.numFailedTests + unloaded;
  if (failed > 0) return { passed, failed, skipped };
  if (exitCode !== 0) return { passed, failed: 1, skipped, why: `vitest ended with exit code ${exitCode}` };
  if (passed === 0) return { passed, failed: 1, skipped, why: 'vitest ran no test' };
  return { passed, failed, skipped };
}
