import { describe, expect, test } from 'vitest';
import { describeProblem } from '../../src/rules/problems.js';
import { buildProfile, type ProfileFile } from '../../src/rules/profile.js';
import { shippedProfile } from '../helpers/shipped.js';

function file(name: string, text: string): ProfileFile {
  return { name, path: `profiles/${name}.yaml`, text: `version: 1\nname: ${name}\n${text}` };
}

const BASE = file(
  'base',
  `title: Base
limits: { gpuThrottleC: 83, memoryPercent: 90 }
knobs:
  powerLimitW: { range: [100, 400], rung: 25 }
  streams: { range: [1, 4], rung: 1 }
models: [ { name: s, cost: 1, costError: 0, quality: 0.4 } ]
resolutions: [ { size: 416, cost: 0.5, costError: 0, quality: 0.9 }, { size: 640, cost: 1, costError: 0, quality: 1 } ]
defaultResolution: 416
levels: { balanced: { targetFps: 10, because: slow } }
unsupported: { gpu.hotSpotC: no sensor }
`,
);

function mistakesOf(name: string, files: ProfileFile[]): string[] {
  const { profile, problems } = buildProfile(name, files);
  expect(profile).toBeNull();
  return problems.map(describeProblem);
}

describe('a profile that extends another', () => {
  test('inherits every value that it does not set, down to single ones', () => {
    const own = file(
      'own',
      `extends: base
limits: { gpuThrottleC: 75 }
knobs: { powerLimitW: { range: [150, 300] } }
levels: { balanced: { frameSkipping: true }, maximum: { targetFps: 40, because: fast } }
unsupported: { gpu.fanPercent: it has none }
`,
    );
    const { profile, problems, files } = buildProfile('own', [own, BASE]);
    expect(problems).toEqual([]);
    expect(files).toEqual([BASE, own]);
    expect(profile).toEqual({
      name: 'own',
      title: 'Base',
      limits: { gpuThrottleC: 75, memoryPercent: 90 },
      knobs: { powerLimitW: { range: [150, 300], rung: 25 }, streams: { range: [1, 4], rung: 1 } },
      models: [{ name: 's', cost: 1, costError: 0, quality: 0.4 }],
      resolutions: [
        { size: 416, cost: 0.5, costError: 0, quality: 0.9 },
        { size: 640, cost: 1, costError: 0, quality: 1 },
      ],
      defaultResolution: 416,
      defaultModel: null,
      levels: {
        balanced: { targetFps: 10, because: 'slow', frameSkipping: true },
        maximum: { targetFps: 40, because: 'fast' },
      },
      everyLevel: {},
      baseKnobs: {},
      unsupported: { 'gpu.hotSpotC': 'no sensor', 'gpu.fanPercent': 'it has none' },
    });
  });

  test('replaces whole lists', () => {
    const own = file('own', 'extends: base\nmodels: [ { name: m, cost: 2, costError: 0, quality: 0.5 } ]\n');
    expect(buildProfile('own', [own, BASE]).profile?.models.map(({ name }) => name)).toEqual(['m']);
  });

  test('inherits over several files', () => {
    const files = [file('c', 'extends: b\n'), file('b', 'extends: base\ntitle: Middle\n'), BASE];
    expect(buildProfile('c', files).profile).toMatchObject({
      name: 'c',
      title: 'Middle',
      defaultResolution: 416,
      defaultModel: null,
    });
  });
});

describe('a profile is refused', () => {
  test('by the nearest name where there is none of that name', () => {
    expect(mistakesOf('bas', [BASE])).toEqual([
      'profiles:1:1: no profile is named "bas", did you mean "base"?; expected one of base',
    ]);
  });

  test('at its extends where that is a name of none', () => {
    expect(mistakesOf('own', [file('own', '# note\nextends: bass\n'), BASE])).toEqual([
      'profiles/own.yaml:4:10: no profile is named "bass", did you mean "base"?; expected one of own, base',
    ]);
  });

  test('where it extends itself, at once or over others', () => {
    expect(mistakesOf('a', [file('a', 'extends: a\n')])).toEqual([
      'profiles/a.yaml:3:10: the profile "a" extends itself; expected one of a',
    ]);
    expect(mistakesOf('a', [file('a', 'extends: b\n'), file('b', 'title: B\nextends: a\n')])).toEqual([
      'profiles/b.yaml:4:10: the profile "a" extends itself; expected one of a, b',
    ]);
  });

  test('with all mistakes of its own and of the one it extends', () => {
    const own = file('own', 'extends: base\nlimit: { memoryPercent: 90 }\n');
    const base = file('base', 'limits: { memoryPercent: 190 }\n');
    expect(mistakesOf('base', [base])).toEqual([
      'profiles/base.yaml:3:26: 190 is out of range; expected a number from 1 to 100',
    ]);
    expect(mistakesOf('own', [own, base])[0]).toMatch(
      /^profiles\/own.yaml:4:1: unknown key "limit", did you mean "limits"\?/,
    );
  });

  test('for a rate of its own without the reason', () => {
    expect(mistakesOf('a', [file('a', 'levels: { balanced: { targetFps: 10 } }\n')])).toEqual([
      'profiles/a.yaml:3:21: the key "because" is missing; expected it beside "targetFps"',
    ]);
  });

  test('for knobs and facts that there are none of, and for a range without a value', () => {
    const text =
      'knobs: { powerlimitW: { rung: 5 }, streams: { range: [4, 1] } }\nunsupported: { gpu.hotspotC: no sensor }\n';
    expect(mistakesOf('a', [file('a', text)]).map((line) => line.replace(/; expected one of.*/, ''))).toEqual(
      [
        'profiles/a.yaml:3:10: no knob is named "powerlimitW", did you mean "powerLimitW"?',
        'profiles/a.yaml:3:54: the range [4, 1] holds no value; expected the lower end first',
        'profiles/a.yaml:4:16: no fact is named "gpu.hotspotC", did you mean "gpu.hotSpotC"?; expected a fact of the catalogue',
      ],
    );
  });
});

test('the RTX 4090 inherits what it leaves to other NVIDIA cards and keeps its own power policy', () => {
  const [own, generic] = [shippedProfile('rtx-4090'), shippedProfile('generic-nvidia')];
  expect(own.knobs.powerLimitW?.range).toEqual([150, 450]);
  expect(generic.knobs.powerLimitW?.range).toEqual([100, 1_000]);
  expect(Object.keys(own.unsupported)).toContain('gpu.memoryTemperatureC');
});
