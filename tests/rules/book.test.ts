import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { describeProblem } from '../../src/rules/problems.js';
import type { Book, Rule } from '../../src/shapes/rule.js';
import { shippedBook, shippedFiles, shippedProfile, shippedProfileFiles } from '../helpers/shipped.js';
import { bookOf, build, EMPTY_PROFILE, folderOf, mistakesOf } from './helpers.js';

interface WrongFile {
  name: string;
  own: string;
  over?: string;
  says: string[];
}

const WRONG = parse(
  readFileSync(new URL('../cases/wrong-rules.yaml', import.meta.url), 'utf8'),
) as WrongFile[];

const HOT = `version: 1
rules:
  - id: hot
    priority: 900
    when: { gpu.temperatureC: { above: 80 } }
    for: 3s
    until: { gpu.temperatureC: { below: 70 } }
    then: [ { cap: { powerLimitW: 320 } }, { step: { model: -1 } } ]
    because: "{gpu.temperatureC} °C"
`;
const LEVELS = `version: 1
levels:
  balanced: { targetFps: 60, gpuUsageLimitPercent: 85, frameSkipping: true }
  maximum: { targetFps: 120, gpuUsageLimitPercent: 98 }
`;

function ruleIn(book: Book, id: string): Rule {
  const rule = book.rules.find((one) => one.id === id);
  if (rule === undefined) throw new Error(`no rule ${id}`);
  return rule;
}

/** The book of one file and of overlays in folders after it. */
function laid(own: string, ...overlays: string[]): Book {
  return bookOf([
    ...folderOf(0, { 'own.yaml': own }),
    ...overlays.flatMap((text, i) => folderOf(i + 1, { [`over-${i + 1}.yaml`]: text })),
  ]);
}

describe('a wrong file', () => {
  test.each(WRONG)('$name', ({ own, over, says }) => {
    const files = folderOf(0, { 'own.yaml': own });
    if (over !== undefined) files.push(...folderOf(1, { 'over.yaml': over }));
    const { book, problems } = build(files);
    expect(book).toBeNull();
    expect(problems.map(describeProblem)).toEqual(says);
  });

  test('is told with all mistakes of all files at once, in the order of files and lines', () => {
    const bad = (id: string): string =>
      `version: 1\nrules:\n  - id: ${id}\n    fro: 3s\n    when: {}\n    then: []\n    because: x\n`;
    const files = folderOf(0, { 'b.yaml': bad('two'), 'a.yaml': bad('one'), 'c.yaml': 'version: 1\n' });
    expect(build(files).problems.map(({ path, line, rule }) => `${path}:${line} ${rule}`)).toEqual([
      'a.yaml:4 one',
      'a.yaml:5 one',
      'a.yaml:6 one',
      'b.yaml:4 two',
      'b.yaml:5 two',
      'b.yaml:6 two',
    ]);
  });

  test('is told where an id or a condition of the same folder is used again', () => {
    const text = `${HOT}conditions: { fights: { scene.combatActive: { is: true } } }\n`;
    expect(mistakesOf(folderOf(0, { 'a.yaml': text, 'b.yaml': text }))).toEqual([
      'b.yaml:3:9: rule "hot": the id "hot" is already used in a.yaml; expected an id of its own',
      'b.yaml:10:23: the condition "fights" is already named in a.yaml; expected a name of its own',
    ]);
  });

  test('of a book with too many comparisons is refused before anything is evaluated', () => {
    const ten = (name: string): string => new Array(10).fill(`{ ref: ${name} }`).join(', ');
    const rules = Array.from(
      { length: 17 },
      (_, i) => `  - { id: r${i}, when: { ref: thousand }, then: [ { hold: [ model.up ] } ], because: x }\n`,
    );
    const text = `version: 1
conditions:
  one: { gpu.powerW: { above: 1 } }
  ten: { any: [ ${ten('one')} ] }
  hundred: { any: [ ${ten('ten')} ] }
  thousand: { any: [ ${ten('hundred')} ] }
rules:
${rules.join('')}`;
    expect(mistakesOf(text)).toEqual([
      'own.yaml:24:5: rule "r16": the book has more than 16384 comparisons from here on; expected fewer rules',
    ]);
  });
});

describe('a book', () => {
  test('fills in what a rule does not say', () => {
    const text =
      'version: 1\nrules:\n  - { id: a, when: { gpu.powerW: { above: 1 } }, then: [ { step: { model: -1 } } ], because: x }\n';
    expect(ruleIn(bookOf(text), 'a')).toMatchObject({
      set: 'own',
      place: { path: 'own.yaml', line: 3, column: 5 },
      priority: 100,
      safety: false,
      until: null,
      forMs: 0,
      everyMs: null,
      cooldownMs: 0,
      blind: 'release',
    });
  });

  test('reads durations in every unit', () => {
    const durationOf = (text: string): number =>
      ruleIn(bookOf(HOT.replace('for: 3s', `for: ${text}`)), 'hot').forMs;
    expect(['250ms', '3s', '1.5m', '2h'].map(durationOf)).toEqual([250, 3_000, 90_000, 7_200_000]);
  });

  test('takes several keys of a map to mean all of them', () => {
    const text = HOT.replace(
      '{ gpu.temperatureC: { above: 80 } }',
      '{ gpu.powerW: { above: 1, below: 9 }, not: { scene.newObjects: { is: true } } }',
    );
    expect(ruleIn(bookOf(text), 'hot').when).toEqual({
      op: 'all',
      children: [
        {
          op: 'all',
          children: [
            { op: 'above', fact: 'gpu.powerW', right: { literal: 1 } },
            { op: 'below', fact: 'gpu.powerW', right: { literal: 9 } },
          ],
        },
        { op: 'not', child: { op: 'is', fact: 'scene.newObjects', right: { literal: true } } },
      ],
    });
  });

  test('lets a bot’s own flag never be skipped where a weight names it', () => {
    const text = 'version: 1\nframes: { weights: { bossNear: 2 }, never: [ bossNear, criticalEvent ] }\n';
    expect(bookOf(text).frames.never).toEqual(['bossNear', 'criticalEvent']);
  });

  test('gives a set of several files the one mode that is written', () => {
    const set = (mode: string): string => `version: 1\nname: night\n${mode}`;
    const files = folderOf(0, { 'a.yaml': set('mode: shadow\n'), 'b.yaml': set('') });
    expect(bookOf(files).sets).toEqual({ night: 'shadow' });
    files.push(...folderOf(1, { 'c.yaml': set('') }));
    expect(bookOf(files).sets).toEqual({ night: 'shadow' });
    files.push(...folderOf(2, { 'd.yaml': set('mode: recommend\n') }));
    const book = bookOf(files);
    expect(book.sets).toEqual({ night: 'recommend' });
    expect(book.overrides).toEqual([{ id: 'night', file: 'd.yaml', over: 'a.yaml' }]);
  });

  test('is refused where files of one folder give a set two modes', () => {
    const set = (mode: string): string => `version: 1\nname: night\nmode: ${mode}\n`;
    expect(mistakesOf(folderOf(0, { 'a.yaml': set('shadow'), 'b.yaml': set('enforce') }))).toEqual([
      'b.yaml:3:7: the set "night" has the mode shadow in a.yaml; expected one mode, or another name',
    ]);
  });

  test('names a set after its file, and keeps its mode', () => {
    const files = folderOf(0, {
      'rules/night.yaml': 'version: 1\nmode: shadow\n',
      'b.yml': 'version: 1\nname: day\n',
    });
    expect(bookOf(files).sets).toEqual({ night: 'shadow', day: 'enforce' });
  });

  test.each([
    ['{ cap: { powerLimitW: 320 } }', 'hold'],
    ['{ floor: { frameSkip: 0.2 } }', 'hold'],
    ['{ cap: { frameSkip: 0.2 } }', 'release'],
    ['{ floor: { powerLimitW: 320 } }', 'release'],
    ['{ hold: [ model.up ] }', 'hold'],
    ['{ step: { model: -1 } }', 'release'],
    ['{ alert: { severity: info, title: Hot } }', 'release'],
    ['{ recommend: { title: Rest } }', 'release'],
    ['{ step: { model: -1 } }, { hold: [ model.up ] }', 'hold'],
  ])('decides what a blind rule with %s does: %s', (actions, blind) => {
    const text = `version: 1\nrules:\n  - { id: a, when: { gpu.powerW: { above: 1 } }, then: [ ${actions} ], because: x }\n`;
    expect(ruleIn(bookOf(text), 'a').blind).toBe(blind);
  });

  test('lets a rule say what it does while blind', () => {
    expect(ruleIn(bookOf(`${HOT}    blind: release\n`), 'hot').blind).toBe('release');
  });

  test('resolves conditions of other files, and conditions that refer to conditions', () => {
    const conditions =
      'version: 1\nconditions:\n  busy: { any: [ { ref: fights }, { gpu.powerW: { above: 400 } } ] }\n  fights: { scene.combatActive: { is: true } }\n';
    const book = bookOf(
      folderOf(0, {
        'a.yaml': HOT.replace('{ gpu.temperatureC: { above: 80 } }', '{ ref: busy }'),
        'b.yaml': conditions,
      }),
    );
    expect(ruleIn(book, 'hot').when).toMatchObject({
      op: 'ref',
      name: 'busy',
      child: { op: 'any', children: [{ op: 'ref', name: 'fights', child: { op: 'is' } }, { op: 'above' }] },
    });
  });
});

describe('a later folder', () => {
  test('replaces a rule of the same id, in its place', () => {
    const own = `${HOT}  - { id: cold, when: { gpu.powerW: { below: 1 } }, then: [ { hold: [ model.down ] } ], because: x }\n`;
    const book = laid(own, HOT.replace('above: 80', 'above: 75'));
    expect(book.rules.map(({ id, set }) => `${id} of ${set}`)).toEqual(['hot of over-1', 'cold of own']);
    expect(ruleIn(book, 'hot').place.path).toBe('over-1.yaml');
    expect(book.overrides).toEqual([{ id: 'hot', file: 'over-1.yaml', over: 'own.yaml' }]);
  });

  test('wins over the folders before it', () => {
    const book = laid(
      HOT,
      'version: 1\ntune: { hot: { priority: 1 } }\n',
      'version: 1\ntune: { hot: { priority: 2 } }\n',
    );
    expect(ruleIn(book, 'hot').priority).toBe(2);
  });

  test('switches a rule off', () => {
    const book = laid(HOT, 'version: 1\ndisable: [ hot ]\n');
    expect(book.rules).toEqual([]);
    expect(book.overrides).toEqual([{ id: 'hot', file: 'over-1.yaml', over: 'own.yaml' }]);
  });

  test('brings a rule back that one before it switched off', () => {
    expect(laid(HOT, 'version: 1\ndisable: [ hot ]\n', HOT).rules.map(({ id }) => id)).toEqual(['hot']);
  });

  test('tunes numbers and times of a rule and leaves the rest and its place', () => {
    const tune = `version: 1
tune:
  hot:
    for: 5s
    cooldown: 1m
    priority: 800
    when: { gpu.temperatureC: { above: 82 } }
    then: { 0: { cap: { powerLimitW: 300 } }, 1: { step: { model: -2 } } }
`;
    const before = ruleIn(bookOf(HOT), 'hot');
    const { hash, ...after } = ruleIn(laid(HOT, tune), 'hot');
    expect(hash).not.toBe(before.hash);
    expect(after).toEqual({
      ...before,
      hash: undefined,
      forMs: 5_000,
      cooldownMs: 60_000,
      priority: 800,
      when: { op: 'above', fact: 'gpu.temperatureC', right: { literal: 82 } },
      actions: [
        { kind: 'cap', knob: 'powerLimitW', value: { literal: 300 } },
        { kind: 'step', knob: 'model', by: -2 },
      ],
    });
  });

  test('tunes a rule that it also replaces, whichever of its files comes first', () => {
    const tune = 'version: 1\ntune: { hot: { priority: 3 } }\n';
    for (const own of [
      { 'a.yaml': HOT, 'b.yaml': tune },
      { 'a.yaml': tune, 'b.yaml': HOT },
    ]) {
      const files = [...folderOf(0, { 'own.yaml': HOT }), ...folderOf(1, own)];
      expect(ruleIn(bookOf(files), 'hot').priority).toBe(3);
    }
  });

  test('replaces a named condition for every rule that refers to it', () => {
    const own = `${HOT.replace('{ gpu.temperatureC: { above: 80 } }', '{ ref: warm }')}conditions: { warm: { gpu.temperatureC: { above: 80 } } }\n`;
    const book = laid(own, 'version: 1\nconditions: { warm: { gpu.temperatureC: { above: 60 } } }\n');
    expect(ruleIn(book, 'hot').when).toMatchObject({ child: { right: { literal: 60 } } });
  });

  test('changes single values of a level and adds levels of its own', () => {
    const own =
      'version: 1\nlevels: { balanced: { targetFps: 45 }, mine: { targetFps: 20, gpuUsageLimitPercent: 50 } }\n';
    const { levels } = laid(LEVELS, own);
    expect(levels.balanced).toMatchObject({
      targetFps: 45,
      gpuUsageLimitPercent: 85,
      frameSkipping: true,
      tensorrt: false,
    });
    expect(levels.mine).toMatchObject({ targetFps: 20, frameSkipping: false });
    expect(Object.keys(levels)).toEqual(['balanced', 'maximum', 'mine']);
  });

  test('changes single frame weights, and replaces presets', () => {
    const own = `${LEVELS}frames: { weights: { combatActive: 2, newObjects: 1.3 }, maxSkipRun: 3 }\npresets: { quiet: { level: balanced } }\n`;
    const over =
      'version: 1\nframes: { weights: { combatActive: 2.5 } }\npresets: { quiet: { level: maximum, knobs: { captureFps: 30 } } }\n';
    const book = laid(own, over);
    expect(book.frames).toMatchObject({ weights: { combatActive: 2.5, newObjects: 1.3 }, maxSkipRun: 3 });
    expect(book.presets).toEqual({ quiet: { level: 'maximum', knobs: { captureFps: 30 } } });
  });
});

describe('the figures of a level', () => {
  const profile = {
    ...EMPTY_PROFILE,
    levels: {
      balanced: { targetFps: 10, gpuUsageLimitPercent: 50, because: 'slow' },
      unheardOf: { targetFps: 1 },
    },
    everyLevel: { gpuUsageLimitPercent: 77 },
  };
  const files = folderOf(0, { 'levels.yaml': LEVELS });

  test('of the profile stand over the shipped ones, those of every level over both', () => {
    const { levels } = bookOf(files, profile);
    expect(levels.balanced).toMatchObject({
      targetFps: 10,
      gpuUsageLimitPercent: 77,
      because: 'slow',
      frameSkipping: true,
    });
    expect(levels.maximum).toMatchObject({ targetFps: 120, gpuUsageLimitPercent: 77 });
    expect(Object.keys(levels)).toEqual(['balanced', 'maximum']);
  });

  test('of a person’s own folder stand over those of the profile', () => {
    const own = folderOf(1, { 'mine.yaml': 'version: 1\nlevels: { balanced: { targetFps: 12 } }\n' });
    const { levels } = bookOf([...files, ...own], profile);
    expect(levels.balanced).toMatchObject({ targetFps: 12, gpuUsageLimitPercent: 77 });
  });
});

describe('the hash of a rule', () => {
  const before = ruleIn(bookOf(HOT), 'hot').hash;

  test('stays over comments, another layout, other rules and another file', () => {
    const blocks = `# the heat
version: 1
mode: shadow
rules:
  - id: other
    when:
      gpu.powerW:
        above: 1
    then:
      - hold:
          - model.up
    because: x
  # the same as before
  - id: "hot"
    because: "{gpu.temperatureC} °C"
    then:
      - cap:
          powerLimitW: 320
      - step: { model: -1 }
    until:
      gpu.temperatureC: { below: 70.0 }
    for: 3000ms
    when: { "gpu.temperatureC": { above: 80 } }
    priority: 900
    safety: false
`;
    expect(ruleIn(bookOf(folderOf(0, { 'elsewhere.yaml': blocks })), 'hot').hash).toBe(before);
  });

  test.each([
    ['priority: 900', 'priority: 901'],
    ['above: 80', 'above: 81'],
    ['above: 80', 'atLeast: 80'],
    ['{ gpu.temperatureC: { above: 80 } }', '{ not: { gpu.temperatureC: { above: 80 } } }'],
    ['gpu.temperatureC: { above', 'gpu.hotSpotC: { above'],
    ['for: 3s', 'for: 4s'],
    ['for: 3s', 'for: 3s\n    every: 1s'],
    ['for: 3s', 'for: 3s\n    cooldown: 1s'],
    ['for: 3s', 'for: 3s\n    blind: release'],
    ['below: 70', 'below: 71'],
    ['    until: { gpu.temperatureC: { below: 70 } }\n', ''],
    ['320', '321'],
    ['model: -1', 'model: -2'],
    ['model: -1', 'resolution: -1'],
    ['{ step: { model: -1 } }', '{ hold: [ model.up ] }'],
    ['°C"', 'degrees"'],
  ])('changes when "%s" becomes "%s"', (from, to) => {
    expect(ruleIn(bookOf(HOT.replace(from, to)), 'hot').hash).not.toBe(before);
  });

  test('changes when a condition it refers to changes', () => {
    const hashWith = (limit: number): string =>
      ruleIn(
        bookOf(
          `${HOT.replace('{ gpu.temperatureC: { above: 80 } }', '{ ref: warm }')}conditions: { warm: { gpu.temperatureC: { above: ${limit} } } }\n`,
        ),
        'hot',
      ).hash;
    expect(hashWith(80)).toBe(hashWith(80));
    expect(hashWith(80)).not.toBe(hashWith(81));
  });
});

test('the hash of a book changes with every byte, name and order of its files', () => {
  const hashOf = (files: Record<string, string>): string => bookOf(folderOf(0, files)).hash;
  const hashes = [
    hashOf({ 'a.yaml': HOT }),
    hashOf({ 'a.yaml': `${HOT}# note\n` }),
    hashOf({ 'b.yaml': HOT }),
    hashOf({ 'a.yaml': HOT, 'b.yaml': 'version: 1\n' }),
    hashOf({ 'b.yaml': 'version: 1\n', 'a.yaml': HOT }),
  ];
  expect(new Set(hashes).size).toBe(hashes.length);
  expect(hashOf({ 'a.yaml': HOT })).toBe(hashes[0]);
});

describe('the shipped book', () => {
  const profiles = shippedProfileFiles().map(({ name }) => name);

  test.each(profiles)('has no mistakes with the profile %s', (name) => {
    const { book, problems } = build(shippedFiles(), shippedProfile(name));
    expect(problems.map(describeProblem)).toEqual([]);
    expect(book?.rules.length).toBeGreaterThan(10);
  });

  test('keeps its levels in order, from the lowest rate to the highest', () => {
    for (const name of profiles) {
      const rates = Object.values(shippedBook(shippedProfile(name)).levels).map(({ targetFps }) => targetFps);
      expect(rates).toEqual([...rates].sort((a, b) => a - b));
    }
  });

  test('compares no frame rate with a target', () => {
    const text = JSON.stringify(
      shippedBook(shippedProfile('rtx-4090')).rules.map(({ when, until }) => [when, until]),
    );
    expect(text).not.toContain('"frame.fps"');
    expect(text).not.toContain('"inference.fps"');
  });
});
