/** Texts made to bring a YAML reader down: each must be refused, and the process live on. */

const times = (text: string, count: number): string => text.repeat(count);

export const HOSTILE: Record<string, string> = {
  'lists in lists': `version: 1\nrules: ${times('[', 20_000)}`,
  'lists in lists, closed': `version: 1\nrules: ${times('[', 2_000)}${times(']', 2_000)}\n`,
  'maps in maps': `version: 1\nrules: ${times('{a: ', 20_000)}`,
  'maps in maps, closed': `version: 1\nrules: ${times('{a: ', 900)}1${times('}', 900)}\n`,
  'block lists in block lists': `rules:\n  ${times('- ', 20_000)}a\n`,
  'block lists in block lists, just too deep': `rules:\n  ${times('- ', 800)}a\n`,
  'explicit keys in explicit keys': `${times('? ', 20_000)}a\n`,
  'block maps in block maps': Array.from({ length: 500 }, (_, i) => `${' '.repeat(i)}a:\n`).join(''),
  'negations in negations': `version: 1\nconditions: { a: ${times('{ not: ', 100)}{ gpu.powerW: { above: 1 } }${times(' }', 100)} }\n`,
  'quotes that never close': `version: 1\nname: "${times('a\\', 50_000)}\n`,
  'a map of very many keys': `version: 1\nlevels:\n${Array.from({ length: 4_000 }, (_, i) => `  k${i}: { a: 1 }\n`).join('')}`,
  'a flow map of very many keys': `version: 1\nlevels: { ${Array.from({ length: 40_000 }, (_, i) => `k${i}`).join(',')} }\n`,
  'one rule very often': `version: 1\nrules:\n${times('  - { id: a, fro: 1 }\n', 2_500)}`,
  'very many anchors': `version: 1\nlevels:\n${Array.from({ length: 3_000 }, (_, i) => `  k${i}: &a${i} {}\n`).join('')}`,
  'aliases of aliases': `a: &a [x,x,x,x,x,x,x,x,x]\n${Array.from({ length: 9 }, (_, i) => `b${i}: &b${i} [${times(`*${i === 0 ? 'a' : `b${i - 1}`},`, 9)}]\n`).join('')}`,
  'references that double at every step': `version: 1\nconditions:\n  c0: { gpu.powerW: { above: 1 } }\n${Array.from({ length: 200 }, (_, i) => `  c${i + 1}: { all: [ { ref: c${i} }, { ref: c${i} } ] }\n`).join('')}`,
  'a chain of very many references': `version: 1\nconditions:\n  c0: { gpu.powerW: { above: 1 } }\n${Array.from({ length: 1_500 }, (_, i) => `  c${i + 1}: { ref: c${i} }\n`).join('')}`,
  'the same chain from its end': `version: 1\nconditions:\n${Array.from({ length: 1_500 }, (_, i) => `  d${i}: { ref: d${i + 1} }\n`).join('')}  d1500: { gpu.powerW: { above: 1 } }\n`,
  'a ring of very many references': `version: 1\nconditions:\n${Array.from({ length: 1_500 }, (_, i) => `  e${i}: { ref: e${(i + 1) % 1_500} }\n`).join('')}`,
  'a name for what every object has':
    'version: 1\nlevels: { __proto__: { targetFps: 1, gpuUsageLimitPercent: 1 } }\n',
  'a name with a percent sign': 'version: 1\ntune: { "%": 1, "%E0%A4%A": { for: 1 } }\n',
  'more bytes than a file may have': `version: 1\n# ${times('a', 300_000)}\n`,
  'control characters': 'version: 1\nname: "\u0000\u0007"\n\u0001\n',
  'half a character': 'version: 1\nname: \ud800\n',
};
