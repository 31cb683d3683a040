import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Check } from '../../src/commands/checks/index.js';
import { checkNode } from '../../src/commands/checks/node.js';
import { checkPort } from '../../src/commands/checks/port.js';
import { checkRules } from '../../src/commands/checks/rules.js';
import { checkStateFolder, checkToken } from '../../src/commands/checks/state-folder.js';
import { findWriters } from '../../src/commands/checks/writers.js';
import { registerDoctor } from '../../src/commands/doctor.js';
import { openFakeAgent } from '../helpers/fake-agent.js';
import { type Ran, runCommand } from './fake-io.js';

const isWindows = process.platform === 'win32';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'evenkeel-doctor-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** The variables of a machine where nothing of the real one's state shows. */
const env = (more: Record<string, string> = {}): Record<string, string> => ({
  EVENKEEL_STATE_DIR: join(folder, 'state'),
  EVENKEEL_HARDWARE_DIR: join(folder, 'hardware'),
  EVENKEEL_GPU_HELPER: join(folder, 'helper.sock'),
  EVENKEEL_PORT: '0',
  ...more,
});

const doctor = (args: string[], more: Record<string, string> = {}): Promise<Ran> =>
  runCommand(registerDoctor, ['doctor', ...args], env(more));

describe('checks', () => {
  test('a machine that fits the configuration is well, and each check is told', async () => {
    const ran = await doctor(['--json']);
    const { checks } = ran.json() as { checks: Check[] };
    // Checks of the driver and its cards depend on the machine; they are tried over the stand-in.
    const names = checks
      .map(({ name }) => name)
      .filter((name) => !/^nvidia (library|driver)$|^card /.test(name));
    expect(names).toEqual([
      'configuration',
      'node',
      'state folder',
      'token',
      'port',
      'rules',
      'card',
      'koffi',
      'nvidia-smi',
      'persistence mode',
      'consent to write',
      'rights to write',
      'borrowed settings',
      'other writers',
      'onnxruntime-node',
      'C compiler',
      'Chromium',
    ]);
    for (const check of checks) {
      expect(check).toEqual({
        name: expect.any(String),
        ok: true,
        found: expect.stringMatching(/\S/),
        remedy: check.remedy === null ? null : expect.stringMatching(/\S/),
      });
    }
    expect(ran.exit).toBe(0);
  });

  test('what the configuration needs and this machine lacks fails', async () => {
    const missing = join(folder, 'none');
    const ran = await doctor([], { EVENKEEL_RULES: missing, EVENKEEL_GPU: 'GPU-00', PATH: '' });
    expect(ran.exit).toBe(1);
    expect(ran.stdout).toMatch(/^FAIL {2}rules: expected a folder of rules at .*\n {6}to do: create/m);
    expect(ran.stdout).toMatch(/^FAIL {2}card: /m);
    expect(ran.stdout).toMatch(/^ok {4}node: /m);
  });

  test('a configuration that cannot be read is a finding, not the end', async () => {
    const ran = await doctor(['--json'], { EVENKEEL_MODE: 'act' });
    const [first, ...others] = (ran.json() as { checks: Check[] }).checks;
    expect(first).toMatchObject({ name: 'configuration', ok: false });
    expect(first?.found).toContain('EVENKEEL_MODE: expected one of enforce, recommend, shadow');
    expect(others.length).toBeGreaterThan(5);
    expect(ran.exit).toBe(1);
  });
});

test.each([
  ['20.19.0', true],
  ['22.0.0', true],
  ['20.18.9', false],
  ['18.20.0', false],
])('Node %s is fit: %s', (version, ok) => {
  expect(checkNode(version)).toMatchObject({ ok, found: version });
});

describe('state folder', () => {
  test('one that is not there is made later, where its parent can be written', async () => {
    expect(await checkStateFolder(join(folder, 'a', 'b'), process.platform)).toMatchObject({ ok: true });
    expect(await checkToken(join(folder, 'a', 'b'), process.platform)).toMatchObject({ ok: true });
  });

  test('a file in its place is told', async () => {
    const path = join(folder, 'file');
    writeFileSync(path, '');
    expect(await checkStateFolder(path, process.platform)).toMatchObject({
      ok: false,
      found: `${path} is no folder`,
    });
  });

  test.skipIf(isWindows)(
    'one that others can write, and a token that others can read, are told',
    async () => {
      const path = join(folder, 'state');
      mkdirSync(path);
      writeFileSync(join(path, 'token'), 'secret');
      chmodSync(path, 0o777);
      chmodSync(join(path, 'token'), 0o644);
      expect(await checkStateFolder(path, 'linux')).toMatchObject({ ok: false, remedy: `chmod 700 ${path}` });
      const told = await checkToken(path, 'linux');
      expect(told).toMatchObject({ ok: false, remedy: `chmod 600 ${join(path, 'token')}` });
      expect(told.found).not.toContain('secret');
      chmodSync(path, 0o700);
      chmodSync(join(path, 'token'), 0o600);
      expect(await checkStateFolder(path, 'linux')).toMatchObject({ ok: true, remedy: null });
      expect(await checkToken(path, 'linux')).toMatchObject({ ok: true, remedy: null });
    },
  );

  test('Windows keeps its own lists of who may read', async () => {
    writeFileSync(join(folder, 'token'), 'secret');
    expect(await checkStateFolder(folder, 'win32')).toMatchObject({ ok: true });
    expect(await checkToken(folder, 'win32')).toMatchObject({ ok: true });
  });
});

describe('port', () => {
  let other: Server;
  beforeAll(async () => {
    other = createServer((socket) => socket.end('hello\r\n'));
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
  });
  afterAll(() => other.close());

  test('a free one is free, and 0 is any', async () => {
    expect(await checkPort('127.0.0.1', 0)).toMatchObject({ ok: true });
    const agent = await openFakeAgent();
    await agent.server.close();
    expect(await checkPort('127.0.0.1', agent.server.port)).toMatchObject({
      ok: true,
      found: `127.0.0.1:${agent.server.port} is free`,
    });
  });

  test('an agent of ours there is well', async () => {
    const agent = await openFakeAgent();
    expect(await checkPort('127.0.0.1', agent.server.port)).toMatchObject({
      ok: true,
      found: `an agent (version 0.1.0) is running on 127.0.0.1:${agent.server.port}`,
    });
    await agent.server.close();
  });

  test('another program there is not', async () => {
    const { port } = other.address() as { port: number };
    expect(await checkPort('127.0.0.1', port)).toMatchObject({
      ok: false,
      found: `another program listens on 127.0.0.1:${port}`,
    });
  });

  test('an address of another machine is told', async () => {
    // Of the block that is kept for documentation.
    expect(await checkPort('192.0.2.1', 7410)).toMatchObject({ ok: false });
  });
});

test('other writers are known by the names of their processes', () => {
  expect(
    findWriters([
      'bash\n',
      'lactd\n',
      'lact\n',
      'MSIAfterburner.exe',
      'nvidia-powerd\n',
      'NVIDIA App.exe',
      '',
    ]),
  ).toEqual(['LACT', 'MSI Afterburner', 'NVIDIA App', 'nvidia-powerd']);
  expect(findWriters(['bash', 'node'])).toEqual([]);
});

test('rules are counted, and a file that is no text is told', () => {
  writeFileSync(join(folder, 'mine.yaml'), 'version: 1\n');
  expect(checkRules([folder])).toMatchObject({
    ok: true,
    found: expect.stringMatching(/^\d+ shipped files, 1 in 1 own folders$/),
  });
  writeFileSync(join(folder, 'mine.yaml'), new Uint8Array([0xff, 0xfe]));
  expect(checkRules([folder])).toMatchObject({ ok: false, remedy: expect.stringContaining('UTF-8') });
});

describe('--config', () => {
  interface Row {
    key: string;
    value: unknown;
    from: string;
    where: string;
  }
  const row = (ran: Ran, key: string): Row | undefined =>
    (ran.json() as { settings: Row[] }).settings.find((one) => one.key === key);

  test('every setting is told with its layer', async () => {
    const file = join(folder, 'evenkeel.yaml');
    writeFileSync(
      file,
      'version: 1\nprofile: rtx-4090\nlevel: aggressive\nfeatures:\n  frameSkipping: false\n',
    );
    const ran = await doctor(['--config', file, '--json'], { PERFORMANCE_UPDATE_INTERVAL: '1.0' });
    expect(row(ran, 'level')).toEqual({
      key: 'level',
      value: 'aggressive',
      from: 'file',
      where: `${file}:3:1`,
    });
    expect(row(ran, 'features.frameSkipping')).toMatchObject({ value: false, where: `${file}:5:3` });
    expect(row(ran, 'intervals.tickMs')).toMatchObject({
      value: 1000,
      from: 'environment',
      where: 'PERFORMANCE_UPDATE_INTERVAL',
    });
    expect(row(ran, 'mode')).toMatchObject({ value: 'enforce', from: 'default' });
    expect(row(ran, 'limits.gpuTemperatureC')).toMatchObject({
      value: 80,
      from: 'profile',
      where: 'profiles/rtx-4090.yaml',
    });
    expect(row(ran, 'targets.targetFps')).toMatchObject({ value: 90, where: 'the level aggressive' });
    expect(ran.exit).toBe(0);
  });

  test('a profile with figures of its own for the level is named', async () => {
    const ran = await doctor(['--config', '--json'], { EVENKEEL_PROFILE: 'cpu' });
    expect(row(ran, 'targets.targetFps')).toMatchObject({ from: 'profile', where: 'profiles/cpu.yaml' });
  });

  test('without a profile it says who decides', async () => {
    const ran = await doctor(['--config', '--json']);
    expect(row(ran, 'limits.cpuPercent')).toMatchObject({
      value: null,
      from: 'default',
      where: "the card's profile decides",
    });
  });

  test('people get a table, warnings go to stderr', async () => {
    const ran = await doctor(['--config'], { EVENKEEL_LEVL: 'x', EVENKEEL_RULES: folder });
    expect(ran.stdout).toMatch(/^port +0 +environment: EVENKEEL_PORT$/m);
    expect(ran.stdout).toMatch(/^gpu +auto +default$/m);
    expect(ran.stdout).toMatch(new RegExp(`^rules +${folder.replaceAll('\\', '\\\\')} +environment`, 'm'));
    expect(ran.stderr).toContain('EVENKEEL_LEVL is not known');
  });

  test('rules that cannot be read leave the rest to be told', async () => {
    const ran = await doctor(['--config'], { EVENKEEL_RULES: join(folder, 'none'), EVENKEEL_PROFILE: 'cpu' });
    expect(ran.stderr).toContain('expected a folder of rules');
    expect(ran.stdout).toMatch(/^profile +cpu/m);
    expect(ran.exit).toBe(0);
  });

  test('a mistake in the file ends it', async () => {
    const file = join(folder, 'evenkeel.yaml');
    writeFileSync(file, 'version: 1\nprot: 1\n');
    await expect(doctor(['--config', file])).rejects.toMatchObject({ code: 'badConfig', exitCode: 2 });
  });
});
