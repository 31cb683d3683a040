/** The order in which vitest starts test files. */
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** Folders whose files start whole programs and wait for them: tens of seconds each. */
const LONG = /[\\/]tests[\\/](commands|scripts|hardware|docs)[\\/]/;

/**
 * The files that take longest first, so that at the end no worker is left alone with one of them. Among themselves
 * they are in vitest's own order: by how long they took the last time, where that is known, else by their size.
 */
export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    const isLong = ({ moduleId }: TestSpecification): boolean => LONG.test(moduleId);
    return [...sorted.filter(isLong), ...sorted.filter((file) => !isLong(file))];
  }
}
