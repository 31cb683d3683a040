import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { BookLine, RecordingLine, StateLine } from '../../src/recordings/format.js';
import { Scrubber } from '../../src/recordings/scrub.js';
import { hello } from '../helpers/loop.js';
import { HEADER, sampleAt } from './helpers.js';

const CARD = 'GPU-8f6e2b1c-1d2e-3f40-a5b6-c7d8e9f0a1b2';
const WHO = {
  host: 'battlestation.lan',
  user: 'alice',
  home: '/home/alice',
  cardUuids: ['GPU-simulated-0', 'none'],
};
const scrubber = new Scrubber(WHO);
const TELLING = /battlestation|alice|8f6e2b1c|simulated-0|\/home|Users|\/opt\//i;

describe('a text', () => {
  test.each([
    [
      'ENOENT: no such file, open /home/alice/models/yolov8n.onnx',
      'ENOENT: no such file, open …/yolov8n.onnx',
    ],
    ['cannot load "/opt/models/secret run/a.onnx"', 'cannot load "…/secret run/a.onnx"'],
    ['C:\\Users\\Bob\\models\\a.onnx failed', '…/a.onnx failed'],
    ['\\\\battlestation\\share\\a.onnx', '…/a.onnx'],
    [`${CARD} is lost at 00000000:01:00.0`, 'GPU is lost at BUS'],
    ['GPU-simulated-0 fell asleep', 'GPU fell asleep'],
    ['alice@battlestation: denied; Battlestation.lan too', 'USER@HOST: denied; HOST too'],
    ['the card has no such sensor', 'the card has no such sensor'],
    ['malice and alices', 'malice and alices'],
    ['https://evenkeel.dev/schemas/rules.schema.json', 'https://evenkeel.dev/schemas/rules.schema.json'],
    ['12 of 30 and/or 3/4 at 10:15:20', '12 of 30 and/or 3/4 at 10:15:20'],
    ['none of them', 'none of them'],
  ])('%s', (text, expected) => {
    expect(scrubber.text(text)).toBe(expected);
    expect(scrubber.text(scrubber.text(text))).toBe(expected);
  });

  test('keeps what half the machines are called', () => {
    const common = new Scrubber({ host: 'localhost', user: 'root', home: '/srv/r', cardUuids: [] });
    expect(common.text('needs root on localhost')).toBe('needs root on localhost');
    expect(common.text('in /srv/r/bot/x.onnx')).toBe('in …/x.onnx');
  });

  test('tells nothing whatever stands around a path', () => {
    const part = fc.stringMatching(/^[\w.-]{1,8}$/);
    fc.assert(
      fc.property(fc.array(part, { minLength: 1 }), fc.stringMatching(/^[ ,:"'(]?$/), (parts, around) => {
        const path = `/home/alice/${parts.join('/')}`;
        expect(scrubber.text(`open${around} ${path}${around}`)).not.toMatch(/alice\/|\/home/);
      }),
    );
  });
});

describe('a line', () => {
  const lines: RecordingLine[] = [
    {
      ...HEADER,
      identity: { host: 'battlestation', user: 'alice', commandLine: ['/home/alice/x'], cardUuids: [CARD] },
    },
    {
      kind: 'book',
      atMs: 0,
      hash: 'a',
      files: [
        {
          path: 'overlay-1/alice.yaml',
          folder: 1,
          text: 'version: 1\n# yaml-language-server: $schema=/home/alice/evenkeel/schemas/rules.schema.json\nname: "x # y"\n',
        },
      ],
    } satisfies BookLine,
    sampleAt(1, {
      readings: {
        'gpu.hotSpotC': [null, 'unsupported', 0, `${CARD} tells none`],
        'gpu.powerW': [3, 'measured', 0],
      },
      events: [
        hello({ name: 'alice-bot' }),
        {
          kind: 'applied',
          knob: 'model',
          value: 'n',
          ok: false,
          error: 'no /home/alice/a.onnx',
          tookMs: 1,
          revision: 1,
        },
        {
          kind: 'device',
          knob: 'powerLimitW',
          offer: { range: [1, 2], value: 1, readOnly: 'see /home/alice/x' },
        },
      ],
    }),
    {
      kind: 'state',
      version: 1,
      atMs: 1,
      wallMs: 1,
      rules: {},
      memory: {
        knobs: { powerLimitW: { offer: { range: [1, 2], value: 1, readOnly: 'see /home/alice/x' } } },
      },
    } satisfies StateLine,
    { kind: 'frame', session: 's', frame: { id: 1, atMs: 1, skipped: true, skipReason: 'alice was away' } },
  ];

  test.each(lines.map((line) => [line.kind, line] as const))('of kind %s names nobody', (_, line) => {
    const before = structuredClone(line);
    expect(JSON.stringify(line)).toMatch(TELLING);
    expect(JSON.stringify(scrubber.line(line))).not.toMatch(TELLING);
    // The agent goes on with what it has.
    expect(line).toEqual(before);
  });

  test('keeps all that decisions are made by', () => {
    const [, book, sample] = lines.map((line) => scrubber.line(line));
    expect(book).toMatchObject({ files: [{ text: expect.stringContaining('name: "x # y"') }] });
    expect(sample).toMatchObject({
      readings: {
        'gpu.powerW': [3, 'measured', 0],
        'gpu.hotSpotC': [null, 'unsupported', 0, 'GPU tells none'],
      },
      events: [
        { kind: 'hello', knobs: hello().knobs, models: hello().models },
        { kind: 'applied', value: 'n', ok: false },
        { offer: { range: [1, 2], value: 1, readOnly: 'see …/x' } },
      ],
    });
  });
});
