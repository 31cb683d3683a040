import { fc, test as propertyTest } from '@fast-check/vitest';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { FLAGS, type SettingsFlags } from '../../src/settings/flags.js';
import { flagName, type LayerName, resolveSettings, variableName } from '../../src/settings/index.js';
import { DEFAULTS } from '../../src/settings/settings.js';
import { readJson } from '../helpers/checkout.js';

const nothing = { flags: {}, env: {}, file: null };
const fileOf = (text: string, path = 'evenkeel.yaml'): { path: string; text: string } => ({ path, text });

/** Keys that file, environment and flags can all say, with values that all of them take. */
const KEYS = [
  { key: 'profile', flag: 'profile', values: ['rtx-4090', 'cpu', 'generic-nvidia'] },
  { key: 'gpu', flag: 'gpu', values: ['none', 'simulated', 'GPU-1a2b'] },
  { key: 'level', flag: 'level', values: ['conservative', 'aggressive', 'battery_saver'] },
  { key: 'mode', flag: 'mode', values: ['recommend', 'shadow', 'enforce'] },
  { key: 'port', flag: 'port', values: [0, 7411, 65535] },
  { key: 'listen', flag: 'listen', values: ['0.0.0.0', '::1', 'localhost'] },
  { key: 'logLevel', flag: 'logLevel', values: ['debug', 'warn', 'error'] },
  { key: 'intervals.tickMs', flag: 'interval', values: [50, 1000, 60000] },
] as const;

interface Said {
  file?: string | number;
  environment?: string | number;
  flag?: string | number;
}

const said = (values: readonly (string | number)[]): fc.Arbitrary<Said> =>
  fc.record(
    {
      file: fc.constantFrom(...values),
      environment: fc.constantFrom(...values),
      flag: fc.constantFrom(...values),
    },
    { requiredKeys: [] },
  );

/** What `said` says of a key, as sources of each layer. */
function sourcesOf(all: readonly Said[]): Parameters<typeof resolveSettings>[0] {
  const lines = ['version: 1'];
  const env: Record<string, string> = {};
  const flags: Record<string, unknown> = {};
  for (const [i, { key, flag }] of KEYS.entries()) {
    const one = all[i] ?? {};
    const value = JSON.stringify(one.file);
    if (one.file !== undefined)
      lines.push(key.includes('.') ? `intervals: { tickMs: ${value} }` : `${key}: ${value}`);
    if (one.environment !== undefined) env[variableName(flag)] = String(one.environment);
    if (one.flag !== undefined) flags[flag] = one.flag;
  }
  return { flags: flags as SettingsFlags, env, file: fileOf(lines.join('\n')) };
}

describe('layers', () => {
  propertyTest.prop([fc.tuple(...KEYS.map(({ values }) => said(values)))])(
    'the last layer that speaks of a key wins, and the origin names it',
    (all) => {
      const { settings, origins } = resolveSettings(sourcesOf(all));
      for (const [i, { key, flag }] of KEYS.entries()) {
        const { file, environment, flag: flagged } = all[i] ?? {};
        const winner: LayerName =
          flagged !== undefined
            ? 'flag'
            : environment !== undefined
              ? 'environment'
              : file !== undefined
                ? 'file'
                : 'default';
        const value = flagged ?? environment ?? file ?? DEFAULTS[key];
        expect(origins[key]).toMatchObject({ value, from: winner });
        const where = {
          flag: flagName(flag),
          environment: variableName(flag),
          file: expect.stringMatching(/^evenkeel\.yaml:\d+:\d+$/),
          default: 'default',
          profile: '',
        };
        expect(origins[key]?.where).toEqual(where[winner]);
      }
      expect(settings.intervals.tickMs).toBe(origins['intervals.tickMs']?.value);
      expect(settings.port).toBe(origins.port?.value);
      expect(settings.profile ?? null).toBe(origins.profile?.value);
    },
  );

  propertyTest.prop([fc.tuple(...KEYS.map(({ values }) => said(values)))])(
    'a layer changes no key that it does not speak of',
    (all) => {
      const sources = sourcesOf(all);
      const without = resolveSettings({ ...sources, flags: {} }).origins;
      const flagged = new Set(
        KEYS.filter((_, i) => all[i]?.flag !== undefined).map(({ key }) => String(key)),
      );
      for (const [key, origin] of Object.entries(resolveSettings(sources).origins)) {
        if (!flagged.has(key)) expect(origin).toEqual(without[key]);
      }
    },
  );

  test('nothing said gives the defaults, each with its origin', () => {
    const { settings, origins, warnings, file } = resolveSettings(nothing);
    expect(settings).toEqual({
      rules: [],
      gpu: 'auto',
      level: 'balanced',
      mode: 'enforce',
      port: 7410,
      listen: '127.0.0.1',
      hardware: 'ask',
      card: { onExit: 'restore', otherWriter: 'yield', leaseS: 10 },
      testOnReload: false,
      logLevel: 'info',
      debug: false,
      intervals: { tickMs: 500, slowMs: 5000 },
      recording: { enabled: true, keepMib: 2048, keepDays: 30, frames: false, identify: false },
      targets: {},
      limits: {},
      features: {},
      run: { demo: false, pace: 'target', work: 1 },
    });
    expect(Object.keys(origins)).toEqual(Object.keys(DEFAULTS));
    expect(new Set(Object.values(origins).map(({ from }) => from))).toEqual(new Set(['default']));
    expect({ warnings, file }).toEqual({ warnings: [], file: null });
  });

  test('a list of folders is replaced whole', () => {
    const file = fileOf('version: 1\nrules: [ a, b ]');
    expect(resolveSettings({ ...nothing, file }).settings.rules).toEqual(['a', 'b']);
    expect(resolveSettings({ flags: { rules: ['c'] }, env: {}, file }).settings.rules).toEqual(['c']);
  });

  test('to name a folder for recordings is to record', () => {
    const file = fileOf('version: 1\nrecording: { enabled: false, folder: here }');
    expect(resolveSettings({ ...nothing, file }).settings.recording.enabled).toBe(false);
    const { recording } = resolveSettings({ flags: { record: 'there' }, env: {}, file }).settings;
    expect(recording).toMatchObject({ enabled: true, folder: 'there' });
  });

  test('hardware is allowed by a flag and denied by its variable switched off', () => {
    const file = fileOf('version: 1\nhardware: allow');
    expect(resolveSettings({ ...nothing, flags: { allowHardware: true } }).settings.hardware).toBe('allow');
    const env = { EVENKEEL_ALLOW_HARDWARE: '0' };
    expect(resolveSettings({ flags: {}, env, file }).settings.hardware).toBe('deny');
  });

  test('debug is a log level unless one is given in its own name', () => {
    const file = fileOf('version: 1\ndebug: true');
    const { settings, origins } = resolveSettings({ ...nothing, file });
    expect(settings.logLevel).toBe('debug');
    expect(origins.logLevel).toEqual({ value: 'debug', from: 'file', where: 'evenkeel.yaml:2:1' });
    expect(resolveSettings({ ...nothing, file, flags: { logLevel: 'warn' } }).settings.logLevel).toBe('warn');
  });

  test('folders and files in the file start from its folder', () => {
    const text = 'version: 1\nrules: [ mine, /abs ]\nrecording: { folder: out }\ngpu: recorded:card.ndjson';
    const { settings } = resolveSettings({ ...nothing, file: fileOf(text, 'conf/evenkeel.yaml') });
    expect(settings.rules).toEqual(['conf/mine', '/abs']);
    expect(settings.recording.folder).toBe('conf/out');
    expect(settings.gpu).toBe('recorded:conf/card.ndjson');
  });
});

test('the schema has the defaults and the bounds of the code', () => {
  interface Property {
    $ref?: string;
    default?: unknown;
    minimum?: number;
    maximum?: number;
  }
  const schema = readJson<{
    properties: Record<string, Property>;
    definitions: Record<string, { properties: Record<string, Property> }>;
  }>('schemas/config.schema.json');
  const told = Object.entries(schema.properties).flatMap(([key, property]) => {
    const group = schema.definitions[property.$ref?.split('/').pop() ?? ''];
    return group === undefined
      ? [[key, property] as const]
      : Object.entries(group.properties).map(([name, one]) => [`${key}.${name}`, one] as const);
  });
  const ofFile = Object.keys(DEFAULTS).filter((key) => !key.startsWith('run.'));
  expect(told.map(([key]) => key).sort()).toEqual(['version', ...ofFile].sort());
  for (const [key, property] of told) {
    if (property.default !== undefined) expect([key, property.default]).toEqual([key, DEFAULTS[key]]);
  }
  for (const [key, flag] of [
    ['port', 'port'],
    ['intervals.tickMs', 'interval'],
  ] as const) {
    const { minimum = 0, maximum = 0 } = told.find(([name]) => name === key)?.[1] ?? {};
    const { reader } = FLAGS[flag];
    expect([minimum - 1, minimum, maximum, maximum + 1].map((n) => reader.read(String(n)))).toEqual([
      undefined,
      minimum,
      maximum,
      undefined,
    ]);
  }
});

test('the examples of the schema are configurations', () => {
  const { examples } = readJson<{ examples: object[] }>('schemas/config.schema.json');
  for (const example of examples) {
    const text = JSON.stringify(example);
    expect(parse(text)).toEqual(example);
    expect(() => resolveSettings({ ...nothing, file: fileOf(text) })).not.toThrow();
  }
});
