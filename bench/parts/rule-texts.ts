/** Rules such as people write over the shipped ones, as many as a measurement needs: distinct ids, facts and thresholds. */

/** What is watched: the fact, from which value on, and below which value it is over. */
const WATCHED: readonly (readonly [name: string, fact: string, from: number, over: number])[] = [
  ['chip-heat', 'gpu.temperatureC', 78, 72],
  ['hot-spot', 'gpu.hotSpotC', 90, 84],
  ['memory-chips', 'gpu.memoryTemperatureC', 90, 84],
  ['draw', 'gpu.powerW', 360, 330],
  ['busy-card', 'gpu.utilizationPercent', 90, 80],
  ['busy-memory', 'gpu.memoryBusyPercent', 48, 40],
  ['video-memory', 'gpu.memoryUsedPercent', 38, 36],
  ['fan', 'gpu.fanPercent', 70, 60],
  ['encoder', 'gpu.encoderPercent', 9, 5],
  ['processor', 'system.cpuPercent', 80, 70],
  ['processor-heat', 'system.cpuTemperatureC', 76, 70],
  ['memory', 'system.memoryPercent', 68, 62],
  ['disk', 'system.diskWriteMegabytesPerS', 15, 10],
  ['network', 'system.networkReceiveMegabytesPerS', 1.5, 1],
  ['run-queue', 'system.load1', 3.8, 3],
  ['text', 'frame.ocrMs', 2.6, 2.2],
  ['map', 'frame.minimapMs', 1.1, 0.9],
  ['capture', 'frame.captureMs', 2.1, 1.8],
  ['waiting-frames', 'frame.queueSize', 1.6, 1],
  ['detector', 'inference.totalMs', 11, 9],
  ['tensor', 'inference.preprocessMs', 1.05, 0.95],
  ['boxes', 'inference.postprocessMs', 1.05, 0.95],
];

/** What is done about it, one form for each turn through what is watched. */
const FORMS: readonly ((name: string, fact: string, from: number, over: number) => string)[] = [
  (name, fact, from, over) => `
  - id: ${name}-told
    when: { ${fact}: { atLeast: ${from} } }
    for: 3s
    until: { ${fact}: { below: ${over} } }
    cooldown: 30s
    then: [ { alert: { severity: info, title: ${name} is high } } ]
    because: "{${fact}} is at least ${from}"`,
  (name, fact, from, over) => `
  - id: ${name}-in-a-fight
    priority: 150
    when:
      all:
        - { ${fact}: { above: ${over} } }
        - any: [ { scene.combatActive: { is: true } }, { scene.criticalEvent: { is: true } } ]
        - not: { gpu.limitedBy: { is: none } }
    for: 1s
    blind: release
    then: [ { hold: [ model.up, resolution.up ] } ]
    because: "{${fact}} is above ${over} in a fight, {gpu.limitedBy} limits the card; ${from} is a lot"`,
  (name, fact, from, over) => `
  - id: ${name}-slows-capture
    priority: 210
    when:
      ${fact}: { atLeast: ${from} }
      frame.loadPercent: { below: { fact: level.gpuUsageLimitPercent, times: 0.9, plus: 2 } }
    for: 5s
    until: { ${fact}: { below: ${over} } }
    blind: release
    then: [ { cap: { captureFps: { fact: level.goalFps } } } ]
    because: "{${fact}} while a frame takes {frame.loadPercent} % of its time"`,
  (name, fact, from, over) => `
  - id: ${name}-advised
    when:
      ${fact}: { between: [ ${over}, ${from} ] }
      gpu.limitedBy: { noneOf: [ thermal, hardware ] }
      system.onBattery: { isNot: true }
    for: 10s
    then: [ { recommend: { title: Look after ${name}, try: close what else runs } } ]
    because: "{${fact}} stays between ${over} and ${from}"`,
  (name, fact, from, over) => `
  - id: ${name}-one-stream
    priority: 220
    when:
      any:
        - { ${fact}: { atLeast: ${from} }, frame.otherLoadPercent: { atLeast: 30 } }
        - { ${fact}: { above: ${over} }, state.bottleneck: { oneOf: [ cpu, disk ] } }
    for: 2s
    blind: release
    then: [ { cap: { streams: 2 } } ]
    because: "{${fact}}, and {frame.otherLoadPercent} % of a frame's time goes elsewhere"`,
];

/** A rule file with `count` rules, 1 or more. The same number gives the same text; all rules are distinct. */
export function writeRules(count: number): string {
  const rules = Array.from({ length: count }, (_, i) => {
    const turn = Math.floor(i / WATCHED.length);
    const [name, fact, from, over] = WATCHED[i % WATCHED.length] ?? ['', '', 0, 0];
    const write = FORMS[turn % FORMS.length];
    const again = Math.floor(turn / FORMS.length);
    // Past the last form the same begin anew, a little lower.
    const lower = (value: number): number => Number((value * 0.98 ** again).toPrecision(4));
    return write?.(again === 0 ? name : `${name}-${again + 1}`, fact, lower(from), lower(over)) ?? '';
  });
  return `version: 1\nname: watched\nrules:${rules.join('\n')}\n`;
}
