import { describe, expect, test } from 'vitest';
import { CATALOGUE, type FactDefinition, lookUpFact, refuseValue, TIERS } from '../../src/facts/catalogue.js';
import { KNOBS } from '../../src/shapes/knob-table.js';

/** What NVML answers where it does not know; more digits than a number has. */
const NVML_UNKNOWN = Number('9223372036854775794');

/** The names people may rely on, by group. One that leaves this list is a change for everybody's rules. */
const NAMES: Record<string, string> = {
  system:
    'cpuPercent cpuTemperatureC memoryPercent memoryUsedMib diskReadMegabytesPerS diskWriteMegabytesPerS networkReceiveMegabytesPerS networkTransmitMegabytesPerS processes threads load1 onBattery batteryPercent',
  gpu: 'utilizationPercent memoryBusyPercent memoryUsedMib memoryUsedPercent temperatureC hotSpotC memoryTemperatureC thermalMarginC powerW powerLimitW powerLimitMinW powerLimitMaxW powerLimitDefaultW graphicsClockMhz smClockMhz memoryClockMhz videoClockMhz fanPercent limitedBy limitedByOurs performanceState encoderPercent decoderPercent pcieReceiveMegabytesPerS pcieTransmitMegabytesPerS energyJ',
  inference: 'preprocessMs inferenceMs postprocessMs totalMs fps detections gpuMemoryMib slowedPercent',
  frame:
    'captureMs visionMs yoloMs ocrMs minimapMs classificationMs totalMs waitMs intervalMs fps queueSize drops skippedPercent criticalLatencyMs loadPercent otherLoadPercent',
  scene: 'motionDetected newObjects uiChanges combatActive criticalEvent',
  bot: 'connected paused maxFps',
  level: 'targetFps gpuUsageLimitPercent goalFps',
  limits: 'gpuTemperatureC gpuThrottleC cpuPercent memoryPercent powerLimitMinW powerLimitBaseW',
  state: `${Object.keys(KNOBS).join(' ')} bottleneck performanceScore qualityScore efficiencyScore`,
  predicted:
    'modelUpLoadPercent modelDownLoadPercent resolutionUpLoadPercent resolutionDownLoadPercent gpu.temperatureC30s',
  agent: 'cpuPercent rssMib tickMs',
};

function definitionOf(fact: string): FactDefinition {
  const definition = lookUpFact(fact);
  if (definition === undefined) throw new Error(`no fact is named ${fact}`);
  return definition;
}

describe('the catalogue', () => {
  test.each(Object.entries(NAMES))('has every promised fact of %s', (group, names) => {
    const missing = names.split(' ').filter((name) => lookUpFact(`${group}.${name}`) === undefined);
    expect(missing).toEqual([]);
  });

  test('says of each fact what it means, how often it is read, and a range for every number', () => {
    for (const [name, definition] of Object.entries(CATALOGUE)) {
      expect(definition.meaning, name).not.toBe('');
      expect(TIERS, name).toContain(definition.tier);
      if (definition.type !== 'number') continue;
      const [min, max] = definition.range ?? [0, 0];
      expect(min, name).toBeLessThan(max);
    }
  });

  test('carries the unit of a number in its name', () => {
    const endings: Record<string, string> = {
      Percent: '%',
      Ms: 'ms',
      W: 'W',
      C: '°C',
      Mhz: 'MHz',
      Mib: 'MiB',
      J: 'J',
    };
    for (const [name, definition] of Object.entries(CATALOGUE)) {
      const ending = Object.keys(endings).find((one) => name.endsWith(one));
      if (ending !== undefined && definition.type === 'number')
        expect(definition.unit, name).toBe(endings[ending]);
    }
  });

  test.each([
    ['gpu.1.powerW', 'gpu.powerW'],
    ['gpu.12.limitedBy', 'gpu.limitedBy'],
    ['inference.yolov8n.totalMs', 'inference.totalMs'],
    ['inference.yolov8n-v2.1.totalMs', 'inference.totalMs'],
    ['bots.second-bot.frame.fps', 'frame.fps'],
    ['bots.second.scene.combatActive', 'scene.combatActive'],
    ['bots.second.inference.yolov8n.totalMs', 'inference.totalMs'],
  ])('knows %s as it knows %s', (name, like) => {
    expect(definitionOf(name)).toEqual(definitionOf(like));
  });

  test.each(['frame.lootMs', 'bots.second.frame.lootMs'])('takes %s for a stage of the bot', (name) => {
    expect(definitionOf(name)).toMatchObject({ type: 'number', unit: 'ms', tier: 'frame' });
  });

  test.each([
    'powerW',
    'gpu.powerw',
    'gpu.x.powerW',
    'frame.loot',
    'gpu.1.1.powerW',
    'constructor',
    'toString',
    'gpu.1.constructor',
    'inference.yolov8n.hasOwnProperty',
    'bots.second.frame.toString',
    '__proto__',
    '',
  ])('knows nothing of "%s"', (name) => {
    expect(lookUpFact(name)).toBeUndefined();
  });
});

describe('a value', () => {
  test.each([
    ['gpu.powerW', 450],
    ['gpu.powerW', 0],
    ['gpu.utilizationPercent', 100],
    ['gpu.limitedBy', 'thermal'],
    ['state.model', 'anything-a-bot-calls-it'],
    ['scene.combatActive', false],
  ])('of %s may be %s', (fact, value) => {
    expect(refuseValue(definitionOf(fact), value)).toBeNull();
  });

  test.each([
    ['gpu.powerW', '450', 'expected a number, got "450"'],
    ['gpu.powerW', true, 'expected a number, got true'],
    ['gpu.powerW', Number.NaN, 'expected a number, got NaN'],
    ['gpu.powerW', Number.POSITIVE_INFINITY, 'expected a number, got Infinity'],
    ['gpu.powerW', -1, 'expected 0 to 5000 W, got -1'],
    ['gpu.powerW', 65535, 'expected 0 to 5000 W, got 65535'],
    ['gpu.energyJ', NVML_UNKNOWN, 'expected 0 to 1000000000000000 J, got 9223372036854776000'],
    ['gpu.performanceState', 32, 'expected 0 to 15, got 32'],
    ['gpu.limitedBy', 'heat', 'expected one of thermal, hardware, power, other, none, got "heat"'],
    ['gpu.limitedBy', 3, 'expected a word, got 3'],
    ['scene.combatActive', 1, 'expected true or false, got 1'],
    ['scene.combatActive', 'true', 'expected true or false, got "true"'],
  ])('of %s is never %s', (fact, value, refusal) => {
    expect(refuseValue(definitionOf(fact), value)).toBe(refusal);
  });

  test('of any number is never one of the sentinels that drivers answer for "unknown"', () => {
    for (const [name, definition] of Object.entries(CATALOGUE)) {
      if (definition.type === 'number') expect(refuseValue(definition, NVML_UNKNOWN), name).not.toBeNull();
    }
  });
});
