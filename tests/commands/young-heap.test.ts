import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, test } from 'vitest';
import { ROOT } from '../helpers/checkout.js';

const MODULE = pathToFileURL(join(ROOT, 'dist', 'commands', 'young-heap.js')).href;

/** Makes much that lives for a moment, which is what a young heap grows by; tells the size it has then, in MiB. */
function youngMib(begin: string): number {
  const code = `
    import { getHeapSpaceStatistics } from 'node:v8';
    ${begin}
    const kept = new Array(20_000);
    for (let i = 0; i < 2_000_000; i++) kept[i % kept.length] = { i, text: [i] };
    const young = getHeapSpaceStatistics().find((one) => one.space_name === 'new_space');
    console.log(young.space_size / 1_048_576);`;
  return Number(execFileSync(process.execPath, ['--input-type=module', '-e', code], { encoding: 'utf8' }));
}

test('a young heap that is kept small does not grow with what lives briefly', () => {
  const kept = `import { keepYoungHeapSmall } from ${JSON.stringify(MODULE)}; keepYoungHeapSmall();`;
  expect(youngMib(kept)).toBeLessThan(youngMib('') / 2);
});
