import { reasonOf } from '../../errors.js';
import { readFolders } from '../../rules/folders.js';
import { type Check, fine } from './check.js';

/** Whether the folders of rules can be read; what stands in them is the business of `validate`. */
export function checkRules(folders: readonly string[]): Check {
  try {
    const { files, problems } = readFolders(folders);
    const unreadable = problems[0];
    if (unreadable !== undefined) {
      const found = `${unreadable.path}: ${unreadable.message}`;
      return { name: 'rules', ok: false, found, remedy: `expected ${unreadable.expected}` };
    }
    const own = files.filter(({ folder }) => folder > 0).length;
    return fine('rules', `${files.length - own} shipped files, ${own} in ${folders.length} own folders`);
  } catch (error) {
    const remedy = 'create the folder, or take it out of rules';
    return { name: 'rules', ok: false, found: reasonOf(error), remedy };
  }
}
