import { appendFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { type FolderEvents, identityOf, openFolderEvents } from '../../src/rules/folder-events.js';

let folder: string;
let events: FolderEvents | undefined;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'evenkeel-events-'));
});
afterEach(async () => {
  await events?.close();
  rmSync(folder, { recursive: true, force: true });
});

test('what lies beside the rules tells nothing, however often it is written', async () => {
  const changed = vi.fn();
  events = openFolderEvents([folder], changed, () => undefined);
  await vi.waitFor(() => expect(changed).toHaveBeenCalled(), { timeout: 10_000 });
  changed.mockClear();
  for (const name of ['bot.log', 'mine.yaml~', '.mine.yaml.swp', '4913'])
    for (let i = 0; i < 3; i++) {
      appendFileSync(join(folder, name), 'a line\n');
      await sleep(20);
    }
  writeFileSync(join(folder, 'mine.yaml'), 'version: 1\n');
  await vi.waitFor(() => expect(changed).toHaveBeenCalled(), { timeout: 10_000 });
  // One for the file and, on some systems, one more for its text.
  expect(changed.mock.calls.length).toBeLessThanOrEqual(2);
});

test('a folder is another one when it was made anew, and none where it is missing', () => {
  const before = identityOf([folder, `${folder}-not`]);
  expect(before).toMatch(/^\d+:\d+ none$/);
  expect(identityOf([folder, `${folder}-not`])).toBe(before);
  expect(identityOf([join(folder, '..'), folder])).not.toBe(identityOf([folder, join(folder, '..')]));
});
