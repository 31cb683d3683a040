/** `evenkeel doctor`: what this machine offers and what is missing, or where each setting came from. */
import type { Command } from 'commander';
import { EvenkeelError } from '../errors.js';
import { type ResolvedSettings, resolveRun, resolveSettings } from '../settings/index.js';
import { type Check, runChecks } from './checks/index.js';
import type { Io } from './io.js';
import { printJson } from './print-json.js';
import { listSettings, type SettingRow } from './settings-table.js';

interface Options {
  /** True without a file. */
  config?: string | true;
  json?: boolean;
}

/** Adds the verb `doctor`. */
export function registerDoctor(program: Command, io: Io): void {
  program
    .command('doctor')
    .description('what this machine offers and what is missing, each with its remedy')
    .option('--config [FILE]', 'instead: every setting, its value and where it came from')
    .option('--json', 'one JSON document')
    .addHelpText('after', '\nExamples:\n  evenkeel doctor\n  evenkeel doctor --config')
    .action(async ({ config, json }: Options) => {
      if (config === undefined) io.exit(await tellChecks(io, json === true));
      else tellSettings(io, resolveRun(config === true ? {} : { config }, io.env), json === true);
    });
}

async function tellChecks(io: Io, isJson: boolean): Promise<number> {
  const { check, resolved } = checkConfiguration(io.env);
  const checks = [check, ...(await runChecks(resolved.settings, io.env))];
  if (isJson) printJson(io, { checks });
  else for (const one of checks) io.stdout(describeCheck(one));
  return checks.every(({ ok }) => ok) ? 0 : 1;
}

/** A configuration that cannot be read is a finding; the rest is then looked at with the defaults. */
function checkConfiguration(env: Io['env']): { check: Check; resolved: ResolvedSettings } {
  const name = 'configuration';
  try {
    const resolved = resolveRun({}, env);
    const found = [resolved.file ?? 'no evenkeel.yaml here: the defaults', ...resolved.warnings].join('; ');
    return { check: { name, ok: true, found, remedy: null }, resolved };
  } catch (error) {
    if (!(error instanceof EvenkeelError)) throw error;
    const remedy = 'correct it; docs/configuration.md has every key and variable';
    const resolved = resolveSettings({ flags: {}, env: {}, file: null });
    return { check: { name, ok: false, found: error.message, remedy }, resolved };
  }
}

function describeCheck({ name, ok, found, remedy }: Check): string {
  const todo = remedy === null ? '' : `\n      ${ok ? 'if needed' : 'to do'}: ${remedy}`;
  return `${ok ? 'ok  ' : 'FAIL'}  ${name}: ${found}${todo}\n`;
}

function tellSettings(io: Io, resolved: ResolvedSettings, isJson: boolean): void {
  const warn = (message: string): void => io.stderr(`evenkeel: ${message}\n`);
  for (const warning of resolved.warnings) warn(warning);
  const rows = listSettings(resolved, warn);
  if (isJson) printJson(io, { settings: rows });
  else io.stdout(tableOf(rows));
  io.exit(0);
}

function tableOf(rows: readonly SettingRow[]): string {
  const cells = rows.map(({ key, value, from, where }) => [
    key,
    show(value),
    from === where ? from : `${from}: ${where}`,
  ]);
  const widthOf = (column: number): number => Math.max(...cells.map((row) => row[column]?.length ?? 0));
  const [keyWidth, valueWidth] = [widthOf(0), widthOf(1)];
  return cells
    .map(
      ([key = '', value = '', origin = '']) =>
        `${key.padEnd(keyWidth)}  ${value.padEnd(valueWidth)}  ${origin}\n`,
    )
    .join('');
}

function show(value: unknown): string {
  if (value === null) return '-';
  return Array.isArray(value) ? value.join(', ') || 'none' : String(value);
}
