import { readdirSync, readFileSync } from 'node:fs';
import { Ajv } from 'ajv';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { CATALOGUE } from '../../src/facts/catalogue.js';
import { EDITOR_KEYWORDS } from '../../src/rules/schema.js';

interface Ladder {
  cost: number;
  costError: number;
  quality: number;
}
interface Profile {
  name: string;
  extends?: string;
  limits: Record<string, number>;
  knobs: Record<string, { range?: [number, number]; rung?: number; default?: number }>;
  models: (Ladder & { name: string })[];
  resolutions: (Ladder & { size: number })[];
  defaultModel: string;
  defaultResolution: number;
  unsupported?: Record<string, string>;
  estimates?: string[];
}

const root = new URL('../../', import.meta.url);
const text = (path: string): string => readFileSync(new URL(path, root), 'utf8');
const files = readdirSync(new URL('profiles/', root));
const schema = JSON.parse(text('schemas/profile.schema.json')) as Record<string, unknown>;
const validate = new Ajv({
  strict: true,
  allErrors: true,
  allowUnionTypes: true,
  keywords: [...EDITOR_KEYWORDS],
}).compile(schema);

/** The value at a dotted path, keys with dots aside. */
function at(value: unknown, path: string): unknown {
  return path
    .split('.')
    .reduce<unknown>((inner, key) => (inner as Record<string, unknown> | undefined)?.[key], value);
}
function isRising(values: number[]): boolean {
  return values.every((value, index) => index === 0 || value > (values[index - 1] ?? Number.NaN));
}

it('ships a profile for the RTX 4090, for other NVIDIA cards and for the processor', () => {
  expect(files.sort()).toEqual(['cpu.yaml', 'generic-nvidia.yaml', 'rtx-4090.yaml']);
});

describe.each(files)('%s', (file) => {
  const source = text(`profiles/${file}`);
  const profile = parse(source) as Profile;

  it('is of the schema and names it for the editor', () => {
    validate(profile);
    expect(validate.errors ?? []).toEqual([]);
    expect(source.split('\n')[0]).toBe('# yaml-language-server: $schema=../schemas/profile.schema.json');
  });

  it('is named as its file and extends only what is there', () => {
    expect(`${profile.name}.yaml`).toBe(file);
    if (profile.extends !== undefined) expect(files).toContain(`${profile.extends}.yaml`);
  });

  it('has ladders that rise in cost and quality, counted from the reference', () => {
    for (const ladder of [profile.models, profile.resolutions]) {
      expect(isRising(ladder.map((rung) => rung.cost))).toBe(true);
      expect(isRising(ladder.map((rung) => rung.quality))).toBe(true);
    }
    expect(profile.models[0]?.cost).toBe(1);
    expect(isRising(profile.resolutions.map((rung) => rung.size))).toBe(true);
    expect(profile.resolutions.find((rung) => rung.size === 640)).toMatchObject({ cost: 1, quality: 1 });
  });

  it('starts on rungs it has, and inside its own ranges', () => {
    expect(profile.models.map((rung) => rung.name)).toContain(profile.defaultModel);
    expect(profile.resolutions.map((rung) => rung.size)).toContain(profile.defaultResolution);
    for (const knob of Object.values(profile.knobs)) {
      const [low, high] = knob.range ?? [0, Number.POSITIVE_INFINITY];
      expect(low).toBeLessThanOrEqual(high);
      if (knob.default === undefined) continue;
      expect(knob.default).toBeGreaterThanOrEqual(low);
      expect(knob.default).toBeLessThanOrEqual(high);
    }
  });

  it('names only facts of the catalogue, and marks only estimates that are there', () => {
    for (const limit of Object.keys(profile.limits)) expect(CATALOGUE).toHaveProperty([`limits.${limit}`]);
    for (const fact of Object.keys(profile.unsupported ?? {})) expect(CATALOGUE).toHaveProperty([fact]);
    for (const path of profile.estimates ?? []) expect(at(profile, path), path).toBeDefined();
  });
});

it.each([
  ['a key that is not of the format', { version: 1, name: 'x', powerLimit: 300 }],
  ['another version', { version: 2, name: 'x' }],
  ['a size that YOLO cannot take', { version: 1, name: 'x', defaultResolution: 650 }],
  ['a range of one number', { version: 1, name: 'x', knobs: { streams: { range: [1] } } }],
  ['a target without the reason', { version: 1, name: 'x', levels: { balanced: { targetFps: 10 } } }],
])('the schema refuses %s', (_what, wrong) => {
  expect(validate(wrong)).toBe(false);
});
