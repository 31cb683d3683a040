/** Rule tests as `validate` looks at them: whether their YAML is of the schema. `evenkeel test` runs them. */
import { type Dirent, readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { parseYaml } from '../rules/document.js';
import { isReadName, isTestName } from '../rules/folders.js';
import { decodeFile } from '../rules/guard.js';
import { checkSchema } from '../rules/schema.js';
import type { Problem } from '../shapes/rule.js';

/** The rule tests of a folder and of all below it, by their paths; none where it cannot be read. */
export function testsBelow(folder: string): string[] {
  let found: Dirent[];
  try {
    found = readdirSync(folder, { recursive: true, withFileTypes: true });
  } catch {
    return [];
  }
  return found
    .filter((entry) => !entry.isDirectory() && isReadName(entry.name) && isTestName(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((path) => !/(^|[/\\])\./.test(relative(folder, path)))
    .sort();
}

/** The text of one rule test, and what its YAML and the schema have against it. */
export function checkTestFile(path: string): { path: string; text: string | null; problems: Problem[] } {
  const shown = path.replaceAll('\\', '/');
  const decoded = decodeFile(shown, readFileSync(path));
  if ('problem' in decoded) return { path: shown, text: null, problems: [decoded.problem] };
  const { text } = decoded;
  const parsed = parseYaml(shown, text);
  const problems = 'problems' in parsed ? parsed.problems : checkSchema(parsed.document, 'rule-test');
  return { path: shown, text, problems };
}
