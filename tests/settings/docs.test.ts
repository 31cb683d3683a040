/** Holds docs/configuration.md to the code. */
import { expect, test } from 'vitest';
import { MODULE_VARIABLES } from '../../src/settings/environment.js';
import { FLAGS, flagName, resolveSettings, variableName } from '../../src/settings/index.js';
import { DEFAULTS } from '../../src/settings/settings.js';
import { readText } from '../helpers/checkout.js';

const page = readText('docs/configuration.md');

/** The rows of the table whose head begins with these cells; cells as they are written. */
function rowsUnder(head: string): string[][] {
  const [, after = ''] = page.split(`\n${head}`);
  const rows: string[][] = [];
  for (const line of after.split('\n').slice(2)) {
    if (!line.startsWith('|')) break;
    rows.push(
      line
        .split('|')
        .slice(1, -1)
        .map((cell) => cell.trim()),
    );
  }
  return rows;
}

const bare = (cell = ''): string => cell.replace(/^`(.*)`$/, '$1');

test('the page has a row for every key of the file, in order and with its default, and no other', () => {
  const rows = rowsUnder('| key | default |');
  const keys = ['version', ...Object.keys(DEFAULTS).filter((key) => !key.startsWith('run.'))];
  expect(rows.map(([key]) => bare(key))).toEqual(keys);
  for (const [key, told] of rows) {
    const value = DEFAULTS[bare(key)];
    const isPlain = value !== undefined && value !== null && !Array.isArray(value);
    if (isPlain) expect([bare(key), bare(told)]).toEqual([bare(key), String(value)]);
  }
});

test('the page has a row for every flag of run and its variable, and no other', () => {
  const told = rowsUnder('| flag | variable |').map(([flag, variable]) => [bare(flag), bare(variable)]);
  expect(told).toEqual(Object.keys(FLAGS).map((key) => [flagName(key), variableName(key)]));
});

test('the page has a row for each of the five variables of the original module', () => {
  const told = rowsUnder('| variable | became |').map(([name]) => bare(name));
  expect(told.sort()).toEqual([...Object.keys(MODULE_VARIABLES), 'RTX4090_OPTIMIZATIONS'].sort());
});

test('the page has a row for each key of the original configuration', () => {
  expect(rowsUnder('| key | became |').map(([name]) => bare(name))).toEqual([
    'profiling.system_update_interval',
    'profiling.gpu_update_interval',
    'profiling.yolo_max_history',
    'profiling.frame_max_history',
    'optimization.target_fps',
    'optimization.max_gpu_usage',
    'optimization.max_gpu_temp',
    'optimization.frame_skip_enabled',
    'optimization.dynamic_resolution',
    'optimization.tensorrt_enabled',
    'rtx4090.cuda_streams',
    'rtx4090.tensorrt_precision',
    'rtx4090.max_batch_size',
    'rtx4090.memory_optimization',
  ]);
});

test('the example of the page is a configuration', () => {
  const [, text = ''] = /```yaml\n([\s\S]*?)```/.exec(page) ?? [];
  const { settings } = resolveSettings({ flags: {}, env: {}, file: { path: 'evenkeel.yaml', text } });
  expect(settings).toMatchObject({ rules: ['my-rules'], profile: 'rtx-4090', targets: { targetFps: 60 } });
});
