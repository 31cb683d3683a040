/** `evenkeel init`: a folder for rules of one's own, with a configuration, editor settings and a bot that runs. */
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Command } from 'commander';
import { readWord } from '../settings/read.js';
import { parseFlag } from './flags.js';
import { LANGUAGES, type Language, planInit } from './init-plan.js';
import type { Io } from './io.js';
import { printJson } from './print-json.js';
import { type Written, writeNew } from './write-new.js';

const LANGUAGE = readWord(LANGUAGES);

/** How a bot is started, by its language. Python's own installer for Windows has a launcher. */
const STARTS: Readonly<Record<Language, string>> = {
  python: process.platform === 'win32' ? 'py bot.py' : 'python3 bot.py',
  ts: 'npm install && npm start',
};

/** The program as it is called from any folder: in a clone no `evenkeel` is on the path. */
const PROGRAM = `node "${fileURLToPath(new URL('../../bin/evenkeel.js', import.meta.url))}"`;

/** Adds the verb `init`. */
export function registerInit(program: Command, io: Io): void {
  program
    .command('init')
    .description('a folder for your own rules, with editor settings and a bot that runs')
    .argument('[DIR]', 'the folder; made where it is not there', '.')
    .option(
      '--lang <LANGUAGE>',
      "the bot's language: ts or python",
      (text) => parseFlag('--lang', text, LANGUAGE),
      'python',
    )
    .option('--json', 'one JSON document')
    .addHelpText('after', '\nExample:\n  evenkeel init my-bot --lang python')
    .action(async (folder: string, { lang, json }: { lang: Language; json?: boolean }) => {
      const dir = resolve(folder);
      const written = await writeNew(dir, planInit(lang));
      if (json === true) printJson(io, { dir, files: written.made, kept: written.kept });
      else io.stdout(describe(folder, lang, written));
      io.exit(0);
    });
}

/** Copies are told by their folder. */
function describe(folder: string, lang: Language, { made, kept }: Written): string {
  const told = [...new Set(made.map((path) => path.replace(/^(evenkeel|schemas)\/.*/, '$1/')))];
  const lines = [
    ...told.map((path) => `made ${path}`),
    ...kept.map((path) => `kept ${path}, which was there`),
    '',
    ...(folder === '.' ? [] : [`  cd ${folder}`]),
    '  # in one terminal: rules/mine.yaml is live with every save',
    `  ${PROGRAM} run`,
    '  # in another, in the same folder: the bot joins',
    `  ${STARTS[lang]}`,
  ];
  return `${lines.join('\n')}\n`;
}
