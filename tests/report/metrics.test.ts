import { fc, test as property } from '@fast-check/vitest';
import { describe, expect, test } from 'vitest';
import { CATALOGUE } from '../../src/facts/catalogue.js';
import { expositionText } from '../../src/report/exposition.js';
import { metricOf } from '../../src/report/metric-names.js';
import { metricsOf } from '../../src/report/metrics.js';
import type { AgentState, FactState } from '../../src/shapes/port.js';
import { type ReadFamily, readExposition } from '../helpers/exposition.js';
import { FAKE_STATE, FakePort } from '../helpers/fake-agent.js';

const COUNTS = new FakePort().counts();

const metrics = (state: Partial<AgentState>): Map<string, ReadFamily> =>
  readExposition(expositionText(metricsOf({ ...FAKE_STATE, ...state }, COUNTS)));

const fact = (
  value: FactState['value'],
  unit = '',
  quality: FactState['quality'] = 'measured',
): FactState => ({
  value,
  unit,
  quality,
  ageMs: 0,
});

/** The samples of a name, as `labels value`. */
const told = (families: Map<string, ReadFamily>, name: string): [Record<string, string>, number][] =>
  (families.get(`evenkeel_${name}`)?.samples ?? []).map(({ labels, value }) => [labels, value]);

describe('the name of a fact', () => {
  test.each([
    ['gpu.temperatureC', '°C', 'evenkeel_gpu_temperature_celsius', { gpu: '0' }, 61, 61],
    ['gpu.1.powerW', 'W', 'evenkeel_gpu_power_watts', { gpu: '1' }, 250.5, 250.5],
    ['gpu.smClockMhz', 'MHz', 'evenkeel_gpu_sm_clock_hertz', { gpu: '0' }, 2520, 2_520_000_000],
    ['gpu.energyJ', 'J', 'evenkeel_gpu_energy_joules_total', { gpu: '0' }, 12, 12],
    ['gpu.1.energyJ', 'J', 'evenkeel_gpu_energy_joules_total', { gpu: '1' }, 12, 12],
    ['system.memoryUsedMib', 'MiB', 'evenkeel_system_memory_used_bytes', {}, 2, 2_097_152],
    [
      'system.diskReadMegabytesPerS',
      'MB/s',
      'evenkeel_system_disk_read_bytes_per_second',
      {},
      1.5,
      1_500_000,
    ],
    ['frame.totalMs', 'ms', 'evenkeel_frame_total_seconds', {}, 14.2, 0.0142],
    ['frame.loadPercent', '%', 'evenkeel_frame_load_ratio', {}, 107.3, 1.073],
    ['frame.fps', '1/s', 'evenkeel_frame_fps', {}, 59.9, 59.9],
    ['frame.lootMs', 'ms', 'evenkeel_frame_loot_seconds', {}, 3, 0.003],
    [
      'inference.yolo.v8n.totalMs',
      'ms',
      'evenkeel_inference_model_total_seconds',
      { model: 'yolo.v8n' },
      8,
      0.008,
    ],
    ['bots.other-bot.frame.fps', '1/s', 'evenkeel_bots_frame_fps', { bot: 'other-bot' }, 30, 30],
    [
      'bots.b.inference.m.totalMs',
      'ms',
      'evenkeel_bots_inference_model_total_seconds',
      { bot: 'b', model: 'm' },
      5,
      0.005,
    ],
    ['state.weights.combatActive', '', 'evenkeel_state_weight', { flag: 'combatActive' }, 2, 2],
    ['state.resolution', 'px', 'evenkeel_state_resolution_pixels', {}, 640, 640],
    ['predicted.gpu.temperatureC30s', '°C', 'evenkeel_predicted_gpu_temperature_30s_celsius', {}, 70, 70],
    ['gpu.hotterCard', '°C', 'evenkeel_gpu_hotter_card_celsius', {}, 70, 70],
    ['gpu.heating', '°C/min', 'evenkeel_gpu_heating', {}, 0.4, 0.4],
    ['frame.late-ones', '%', 'evenkeel_frame_late_ones_ratio', {}, 50, 0.5],
  ])('%s in %s is %s', (name, unit, wanted, labels, value, converted) => {
    const metric = metricOf(name, unit);
    expect([metric.name, metric.labels, metric.convert(value)]).toEqual([wanted, labels, converted]);
  });

  test('is another one for every fact of the catalogue', () => {
    const names = Object.entries(CATALOGUE).map(([name, { unit }]) => metricOf(name, unit).name);
    expect(new Set(names).size).toBe(names.length);
  });
});

describe('the metrics', () => {
  test('tell cards, models and simulated values by labels, claims as 0 and 1, words as labels', () => {
    const families = metrics({
      facts: {
        'gpu.powerW': fact(300, 'W', 'simulated'),
        'gpu.1.powerW': fact(200, 'W'),
        'gpu.limitedBy': fact('thermal'),
        'inference.a.totalMs': fact(4, 'ms'),
        'inference.b.totalMs': fact(8, 'ms'),
        'bot.paused': fact(false),
        'bot.connected': fact(true),
      },
    });
    expect(told(families, 'gpu_power_watts')).toEqual([
      [{ gpu: '0', simulated: 'true' }, 300],
      [{ gpu: '1' }, 200],
    ]);
    expect(told(families, 'gpu_limited_by_info')).toEqual([[{ gpu: '0', value: 'thermal' }, 1]]);
    expect(told(families, 'inference_model_total_seconds')).toEqual([
      [{ model: 'a' }, 0.004],
      [{ model: 'b' }, 0.008],
    ]);
    expect([...told(families, 'bot_paused'), ...told(families, 'bot_connected')]).toEqual([
      [{}, 0],
      [{}, 1],
    ]);
    expect(families.get('evenkeel_gpu_power_watts')).toMatchObject({
      type: 'gauge',
      help: 'gpu.powerW: board draw',
    });
  });

  test('leave out what is unknown, and begin with nothing else missing', () => {
    const families = metrics({ facts: { 'gpu.powerW': fact(null, 'W', 'unsupported') } });
    expect(told(families, 'gpu_power_watts')).toEqual([]);
    expect(told(families, 'build_info')).toEqual([[{ version: '0.1.0' }, 1]]);
    expect(told(families, 'card_info')).toEqual([
      [{ gpu: '0', name: 'Simulated', uuid: 'GPU-0', simulated: 'true' }, 1],
    ]);
    expect(told(families, 'book_loaded_timestamp_seconds')).toEqual([[{}, 1_700_000_000]]);
  });

  test('tell what was counted, and what was not yet as 0', () => {
    const offer = { values: ['a', 'b'], value: 'a', safe: 'a' };
    const knob = { winner: 'base', reason: 'base', boundedBy: [], expiresAt: null, offer } as const;
    const families = metrics({
      knobs: {
        model: { ...knob, value: 'a', decided: 'b', boundedBy: [] },
        resolution: { ...knob, value: 640, decided: 512, boundedBy: [] },
      },
      rules: [
        {
          id: 'cool-down',
          set: 'shipped',
          file: 'thermal.yaml',
          line: 3,
          state: 'active',
          blind: false,
          sinceMs: 0,
          activations: 8,
          because: null,
        },
      ],
    });
    expect(told(families, 'frames_total')).toEqual([
      [{ outcome: 'processed' }, 9],
      [{ outcome: 'skipped' }, 2],
      [{ outcome: 'dropped' }, 1],
    ]);
    expect(
      ['ticks', 'decisions', 'lines_accepted', 'lines_rejected', 'lines_late', 'lines_dropped'].map(
        (name) => told(families, `${name}_total`)[0]?.[1],
      ),
    ).toEqual([12, 4, 13, 5, 6, 7]);
    expect(told(families, 'knob_changes_total')).toEqual([
      [{ knob: 'model' }, 1],
      [{ knob: 'resolution' }, 0],
    ]);
    expect(told(families, 'book_reloads_total')).toEqual([
      [{ outcome: 'live' }, 3],
      [{ outcome: 'refused' }, 2],
    ]);
    expect(told(families, 'knob_in_force')).toEqual([[{ knob: 'resolution' }, 640]]);
    expect(told(families, 'knob_decided')).toEqual([[{ knob: 'resolution' }, 512]]);
    expect(told(families, 'knob_info')).toEqual([
      [{ knob: 'model', value: 'a' }, 1],
      [{ knob: 'resolution', value: '640' }, 1],
    ]);
    expect(told(families, 'rule_activations_total')).toEqual([[{ rule: 'cool-down' }, 8]]);
    expect(told(families, 'rule_active')).toEqual([[{ rule: 'cool-down' }, 1]]);
    expect(told(families, 'rule_blind')).toEqual([[{ rule: 'cool-down' }, 0]]);
  });

  test('keep facts apart whose names differ only in what a metric cannot tell', () => {
    const families = metrics({
      facts: { 'frame.lootMs': fact(3, 'ms', 'simulated'), 'frame.LootMs': fact(4, 'ms') },
    });
    expect(told(families, 'frame_loot_seconds')).toEqual([
      [{ simulated: 'true' }, 0.003],
      [{ fact: 'frame.LootMs' }, 0.004],
    ]);
  });
});

const anyName = fc.oneof(
  fc.constantFrom(...Object.keys(CATALOGUE)),
  fc.stringMatching(
    /^(gpu|frame|inference|gpu\.\d|bots\.[\w-]{1,3}\.frame|inference\.[\w.-]{1,3})\.[\w-]{1,8}$/,
  ),
);
const anyFact = fc.record({
  value: fc.oneof(fc.double({ noNaN: true }), fc.boolean(), fc.string(), fc.constant(null)),
  unit: fc.constantFrom('', '%', 'ms', 's', 'MiB', 'MB/s', '°C', 'W', 'MHz', 'J', 'px', '1/s', '°C/min'),
  quality: fc.constantFrom('measured', 'simulated'),
  ageMs: fc.constant(0),
}) as fc.Arbitrary<FactState>;

property.prop([fc.dictionary(anyName, anyFact), fc.string({ unit: 'grapheme' })])(
  'whatever facts are called and cards are named, the text is right and has every known fact once',
  (facts, name) => {
    const cards = [{ name, uuid: 'a\\b"c\nd', simulated: false }];
    const families = metrics({ facts, cards });
    expect(told(families, 'card_info')).toEqual([
      [{ gpu: '0', name, uuid: 'a\\b"c\nd', simulated: 'false' }, 1],
    ]);
    const known = Object.values(facts).filter(({ value }) => value !== null);
    const own = [...metrics({ facts: {}, cards }).values()].flatMap(({ samples }) => samples);
    const all = [...families.values()].flatMap(({ samples }) => samples);
    expect(all.length - own.length).toBe(known.length);
  },
);
