/** Follows `docs/rules.md` from its first line to its last: what it shows is right, and what it prints is printed. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { parse, stringify } from 'yaml';
import { checkBook } from '../../src/rules/check-book.js';
import { readFolders } from '../../src/rules/folders.js';
import { describeProblem } from '../../src/rules/problems.js';
import { ROOT, readText } from '../helpers/checkout.js';
import { runCli, temporaryFolder } from '../helpers/cli.js';
import { shippedProfile } from '../helpers/shipped.js';
import { recordEvening } from './evening.js';
import { type Block, blocksOf, withPrinted } from './page.js';

const PAGE = 'docs/rules.md';
/** The file that grows. */
const GROWING = 'my-rules/mine.yaml';

/** A person with an empty folder who does what the page says. */
class Reader {
  readonly folder: string = temporaryFolder();
  readonly printed: string[] = [];
  readonly mistakes: string[] = [];
  /** Of the files as they stand now. */
  warnings: string[] = [];
  #growing = '';
  #output = '';

  async follow(block: Block): Promise<void> {
    switch (block.kind) {
      case 'file':
        this.#write(block.path, block.text);
        this.#check();
        return;
      case 'wrong':
        await this.#tryWrong(block.path, block.text);
        return;
      case 'rule':
      case 'top':
        this.#write(GROWING, laidInto(this.#growing, block));
        this.#check();
        return;
      case 'command':
        await this.#type(block.text);
        return;
      case 'prints':
        this.printed.push(this.#output);
    }
  }

  #write(path: string, text: string): void {
    if (path === GROWING) this.#growing = text;
    mkdirSync(dirname(join(this.folder, path)), { recursive: true });
    writeFileSync(join(this.folder, path), text);
  }

  /** What the page calls right is right, whole, over the shipped rules. */
  #check(): void {
    const { files } = readFolders([join(this.folder, 'my-rules')]);
    const { problems } = checkBook(files, shippedProfile('rtx-4090'));
    const told = (severity: string): string[] =>
      problems.filter((problem) => problem.severity === severity).map(describeProblem);
    this.mistakes.push(...told('error'));
    this.warnings = told('warning');
  }

  async #tryWrong(path: string, text: string): Promise<void> {
    const right = this.#growing;
    this.#write(path, text);
    await this.#type('npx evenkeel validate my-rules');
    this.#write(path, right);
  }

  async #type(line: string): Promise<void> {
    const args = line.trim().split(' ');
    if (args.shift() !== 'npx' || args.shift() !== 'evenkeel') return;
    const { stdout, stderr } = await runCli(args, { cwd: this.folder });
    // A digest is of every decision to the last bit: one that differs says nothing to a reader.
    this.#output = (stdout + stderr).replace(/digest [0-9a-f]{64}/g, 'digest …');
  }
}

/** The text of a file with these keys laid into its first rule, or into its top. */
function laidInto(text: string, { kind, text: keys }: { kind: 'rule' | 'top'; text: string }): string {
  const file = parse(text);
  if (kind === 'top') return stringify({ ...file, ...parse(keys) });
  const [first, ...others] = file.rules;
  return stringify({ ...file, rules: [{ ...first, ...parse(keys) }, ...others] });
}

test('the page can be followed: every file is right, and every command prints what is shown', async () => {
  const page = readText(PAGE);
  const reader = new Reader();
  await recordEvening(join(reader.folder, 'evening'));
  for (const block of blocksOf(page)) await reader.follow(block);
  expect(reader.mistakes).toEqual([]);
  // A warning on the way is what the page goes on to explain; none is left at its end.
  expect(reader.warnings).toEqual([]);
  expect(reader.printed.length).toBeGreaterThan(5);
  // `npx vitest run tests/docs -u` writes what is printed into the page.
  await expect(withPrinted(page, reader.printed)).toMatchFileSnapshot(join(ROOT, PAGE));
}, 120_000);
