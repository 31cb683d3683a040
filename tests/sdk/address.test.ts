import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { findAgent } from '../../src/sdk/address.js';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'evenkeel-address-'));
  writeFileSync(join(folder, 'address'), 'http://127.0.0.1:7410\n');
  writeFileSync(join(folder, 'token'), 'from-file\n');
});

afterEach(() => rmSync(folder, { recursive: true }));

test('the call goes before the environment, and that before the state folder', async () => {
  const env = { EVENKEEL_URL: 'http://127.0.0.1:1', EVENKEEL_TOKEN: 'from-env', EVENKEEL_STATE_DIR: folder };
  const said = await findAgent({ url: 'http://127.0.0.1:2', token: 'said' }, env);
  expect([said?.url.port, said?.token]).toEqual(['2', 'said']);
  const fromEnv = await findAgent({}, env);
  expect([fromEnv?.url.port, fromEnv?.token]).toEqual(['1', 'from-env']);
  const fromFile = await findAgent({}, { EVENKEEL_STATE_DIR: folder, EVENKEEL_URL: '' });
  expect([fromFile?.url.port, fromFile?.token]).toEqual(['7410', 'from-file']);
  const mixed = await findAgent({ stateDir: folder }, { EVENKEEL_URL: 'http://127.0.0.1:1' });
  expect([mixed?.url.port, mixed?.token]).toEqual(['1', 'from-file']);
});

test('there is no agent without an address, or with one that is none', async () => {
  expect(await findAgent({ url: 'https://127.0.0.1' }, {})).toBeNull();
  expect(await findAgent({ url: '7410' }, {})).toBeNull();
  rmSync(join(folder, 'address'));
  expect(await findAgent({ stateDir: folder }, {})).toBeNull();
});
