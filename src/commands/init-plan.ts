/** The files of `init`: what ships as templates, with copies of the schemas and, for Python, of the client. */
import { readdirSync, readFileSync } from 'node:fs';
import { join, sep } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The languages that a bot can be begun in. */
export const LANGUAGES = ['python', 'ts'] as const;
/** One of `LANGUAGES`. */
export type Language = (typeof LANGUAGES)[number];

/** A file to be made; `path` is from the folder's own, with `/`. */
export interface PlannedFile {
  path: string;
  text: string;
}

/** Templates, schemas and clients lie beside `src/` and `dist/` alike. */
const PACKAGE = fileURLToPath(new URL('../../', import.meta.url));

/** The schemas of the files that a person writes. */
const SCHEMAS = ['config', 'profile', 'rules', 'rule-test'].map((name) => `${name}.schema.json`);

/** What editors with the YAML language server check each file against; a file's first line says the same. */
const EDITOR = {
  'yaml.schemas': {
    './schemas/config.schema.json': 'evenkeel.yaml',
    './schemas/profile.schema.json': 'profiles/*.yaml',
    './schemas/rules.schema.json': ['rules/*.yaml', '!rules/*.test.yaml'],
    './schemas/rule-test.schema.json': 'rules/*.test.yaml',
  },
};

/** Every file of a new folder, in the order in which people are told of them. */
export function planInit(language: Language): PlannedFile[] {
  const copy = (path: string, from: string): PlannedFile => ({ path, text: read(from) });
  return [
    copy('evenkeel.yaml', 'templates/evenkeel.yaml'),
    copy('rules/mine.yaml', 'templates/rules/mine.yaml'),
    copy('rules/mine.test.yaml', 'templates/rules/mine.test.yaml'),
    ...(language === 'python' ? pythonBot() : typescriptBot()),
    { path: '.vscode/settings.json', text: jsonText(EDITOR) },
    ...SCHEMAS.map((name) => copy(`schemas/${name}`, `schemas/${name}`)),
  ];
}

/** The client is copied beside the bot: it runs without anything to be installed. */
function pythonBot(): PlannedFile[] {
  const client = 'clients/python/evenkeel';
  const names = readdirSync(join(PACKAGE, client), { recursive: true, encoding: 'utf8' })
    .map((name) => name.split(sep).join('/'))
    .filter((name) => /\.py$|^py\.typed$/.test(name))
    .sort();
  return [
    { path: 'bot.py', text: read('templates/python/bot.py') },
    ...names.map((name) => ({ path: `evenkeel/${name}`, text: read(`${client}/${name}`) })),
    { path: 'evenkeel/LICENSE', text: read('LICENSE') },
  ];
}

/** npm takes the SDK from where this program lies. */
function typescriptBot(): PlannedFile[] {
  const { devDependencies } = JSON.parse(read('package.json')) as { devDependencies: Record<string, string> };
  const { typescript = '*', '@types/node': types = '*' } = devDependencies;
  const manifest = {
    name: 'my-bot',
    private: true,
    type: 'module',
    scripts: { prestart: 'tsc', start: 'node build/bot.js' },
    dependencies: { evenkeel: `file:${PACKAGE.split(sep).join('/').replace(/\/$/, '')}` },
    devDependencies: { '@types/node': types, typescript },
  };
  return [
    { path: 'bot.ts', text: read('templates/ts/bot.ts') },
    { path: 'package.json', text: jsonText(manifest) },
    { path: 'tsconfig.json', text: read('templates/ts/tsconfig.json') },
  ];
}

function read(path: string): string {
  return readFileSync(join(PACKAGE, path), 'utf8');
}

function jsonText(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}
