import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, posix } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { registerGpuHelper } from '../../src/commands/gpu-helper.js';
import { registerRestore } from '../../src/commands/restore.js';
import { openMachine, UUID } from '../hardware/stand-in-machine.js';
import { readText } from '../helpers/checkout.js';
import { runCli } from '../helpers/cli.js';
import { scanImports } from '../helpers/imports.js';
import { hasStandIn } from '../helpers/nvml-standin.js';
import { runCommand } from './fake-io.js';

const ending: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ending.splice(0).reverse()) await end();
});

function emptyEnv(): Record<string, string> {
  const folder = mkdtempSync(join(tmpdir(), 'evenkeel-restore-'));
  ending.push(() => rmSync(folder, { recursive: true, force: true }));
  return {
    EVENKEEL_HARDWARE_DIR: folder,
    EVENKEEL_GPU_HELPER: join(folder, 'none.sock'),
    EVENKEEL_STATE_DIR: folder,
  };
}

describe('evenkeel restore', () => {
  it('does not take a folder that cannot be read for an empty one', async () => {
    const env = emptyEnv();
    const place = join(String(env.EVENKEEL_HARDWARE_DIR), 'a-file');
    writeFileSync(place, '');
    const ran = runCommand(registerRestore, ['restore'], { ...env, EVENKEEL_HARDWARE_DIR: place });
    await expect(ran).rejects.toThrow(`the folder of journals ${place} cannot be read`);
  });

  it('says when there is nothing to give back', async () => {
    const ran = await runCommand(registerRestore, ['restore'], emptyEnv());
    expect(ran).toMatchObject({ exit: 0, stdout: 'nothing is borrowed: no card has a journal\n' });
    const json = await runCommand(registerRestore, ['restore', '--json'], emptyEnv());
    expect([json.exit, json.json()]).toEqual([0, { restored: [], problems: [] }]);
  });

  it.skipIf(!hasStandIn())(
    'gives back what a killed writer left, then what was kept, and tells each',
    async () => {
      const on = openMachine();
      ending.push(() => on.close());
      const env = { ...on.env, EVENKEEL_GPU_HELPER: join(on.folder, 'none.sock') };
      const writer = on.client('keep');
      await writer.set(UUID, 'powerLimitW', 300);
      await writer.close();
      expect(on.standIn.card().limitW).toBe(300);
      const kept = await runCli(['restore', '--json'], { env });
      expect(kept.code).toBe(0);
      expect(JSON.parse(kept.stdout).restored).toEqual([
        {
          uuid: UUID,
          card: 'NVIDIA GeForce RTX 4090',
          knob: 'powerLimitW',
          found: 450,
          value: 450,
          outcome: 'restored',
          text: 'back at 450 W',
        },
      ]);
      expect(on.standIn.card().limitW).toBe(450);
    },
  );

  it.skipIf(!hasStandIn())(
    'names the process that holds a card, and the file of a journal that nobody understands',
    async () => {
      const on = openMachine({ cards: 2 });
      ending.push(() => on.close());
      const env = { ...on.env, EVENKEEL_GPU_HELPER: join(on.folder, 'none.sock') };
      await on.client().set(UUID, 'powerLimitW', 300);
      const other = UUID.replace(/0$/, '1');
      const torn = join(on.folder, `${other}.journal.json`);
      writeFileSync(torn, '{ "format": "even');
      const ran = await runCli(['restore'], { env });
      expect(ran.code).toBe(1);
      expect(ran.stdout).toMatch(/evenkeel setter \(pid \d+\) holds the card/);
      expect(ran.stdout).toContain(`the journal ${torn} cannot be used`);
      expect([readFileSync(torn, 'utf8'), on.standIn.card().limitW]).toEqual(['{ "format": "even', 300]);
    },
  );
});

describe('evenkeel gpu-helper', () => {
  it('prints what sets it up, and writes nothing', async () => {
    const ran = await runCommand(registerGpuHelper, ['gpu-helper', '--install', '--print', '--user', 'ada']);
    expect(ran.exit).toBe(0);
    expect(ran.stdout).toContain('ada');
    await expect(runCommand(registerGpuHelper, ['gpu-helper', '--install'])).rejects.toThrow(
      'writes nothing itself',
    );
    await expect(runCommand(registerGpuHelper, ['gpu-helper', '--print'])).rejects.toThrow('--install');
  });

  it.each([
    [['--install', '--print', '--user', 'a da'], 'a user of this machine'],
    [['--user', '-u'], 'a user of this machine'],
    [['--user', 'nobody-of-that-name'], 'a user of this machine'],
  ])('refuses %j', async (flags, message) => {
    if (process.platform === 'win32') return;
    await expect(runCommand(registerGpuHelper, ['gpu-helper', ...flags], emptyEnv())).rejects.toThrow(
      message,
    );
  });

  it('reads neither rules nor YAML: with all that it loads it is of its own folder, the driver’s and commander', () => {
    const { files, packages } = loadedBy('src/commands/gpu-helper.ts');
    expect(files.filter((file) => !/^src\/(?:hardware|gpu\/nvml|shapes)\//.test(file)).sort()).toEqual([
      'src/commands/gpu-helper.ts',
      'src/commands/until-stopped.ts',
      'src/errors.ts',
      'src/state-folder.ts',
    ]);
    expect(packages).toEqual(['koffi']);
  });
});

/** What a file loads when it runs, and what that loads: types are gone by then. */
function loadedBy(entry: string): { files: string[]; packages: string[] } {
  const files = new Set<string>();
  const packages = new Set<string>();
  const visit = (file: string): void => {
    if (files.has(file)) return;
    files.add(file);
    for (const { from, kind } of scanImports(readText(file))) {
      if (kind === 'type') continue;
      if (from.startsWith('.')) visit(posix.join(posix.dirname(file), from).replace(/\.js$/, '.ts'));
      else if (!from.startsWith('node:')) packages.add(from);
    }
  };
  visit(entry);
  return { files: [...files], packages: [...packages] };
}
