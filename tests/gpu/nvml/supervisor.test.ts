import type { ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, test } from 'vitest';
import type { QuestionBody } from '../../../src/gpu/nvml/messages.js';
import { EVERYTHING } from '../../../src/gpu/nvml/session.js';
import { Supervisor } from '../../../src/gpu/nvml/supervisor.js';
import { later, until } from './helpers.js';

const QUESTION: QuestionBody = { kind: 'read', wanted: EVERYTHING };

/** A child that runs this text. */
function entryOf(text: string): URL {
  const folder = mkdtempSync(join(tmpdir(), 'evenkeel-child-'));
  later(() => rmSync(folder, { recursive: true, force: true }));
  writeFileSync(join(folder, 'child.mjs'), text);
  return pathToFileURL(join(folder, 'child.mjs'));
}

function supervise(text: string, kill?: (child: ChildProcess) => void): Supervisor {
  const supervisor = new Supervisor(entryOf(text), process.env, kill);
  later(() => supervisor.close());
  return supervisor;
}

const ANSWERS =
  "process.on('message', ({ id }) => process.send({ id, cpuUs: 5, kind: 'failed', why: String(process.pid) }));";
const SILENT = "process.on('message', () => undefined);";
/** Stays when nobody speaks to it any more, as a process in a driver call does; it ends by itself after 20 s. */
const HANGING = `${SILENT} setTimeout(() => undefined, 20_000);`;

test('asks one child as long as it answers, and counts what ended ones cost', async () => {
  const supervisor = supervise(ANSWERS);
  const first = await supervisor.ask(QUESTION, 20_000);
  expect(await supervisor.ask(QUESTION, 20_000)).toMatchObject({ why: 'why' in first ? first.why : '' });
  supervisor.discard();
  expect(supervisor.isAlive).toBe(false);
  const next = await supervisor.ask(QUESTION, 20_000);
  expect('why' in next && 'why' in first && next.why !== first.why).toBe(true);
  expect(supervisor.cpuUs).toBe(10);
});

test('a child that says nothing is ended at the deadline, one that ends is told at once', async () => {
  const silent = supervise(SILENT);
  await expect(silent.ask(QUESTION, 300)).rejects.toThrow('no answer within 300 ms');
  expect(silent.isAlive).toBe(false);
  const ending = supervise("process.on('message', () => process.exit(3));");
  await expect(ending.ask(QUESTION, 20_000)).rejects.toThrow('the reader ended (code 3)');
});

test('an answer to an earlier question is nobody else’s', async () => {
  const late = supervise(
    "process.on('message', ({ id }) => { process.send({ id: id - 1, cpuUs: 0, kind: 'failed', why: 'late' }); process.send({ id, cpuUs: 0, kind: 'failed', why: 'own' }); });",
  );
  expect(await late.ask(QUESTION, 20_000)).toMatchObject({ why: 'own' });
});

test('no more than three processes hang in the driver; when one ends there is room again', async () => {
  const unkillable: ChildProcess[] = [];
  later(() => unkillable.forEach((child) => void child.kill('SIGKILL')));
  const supervisor = supervise(HANGING, (child) => void unkillable.push(child));
  for (let i = 0; i < 3; i++) await expect(supervisor.ask(QUESTION, 50)).rejects.toThrow('no answer');
  await expect(supervisor.ask(QUESTION, 50)).rejects.toThrow('3 processes hang in the driver; none is added');
  unkillable[0]?.kill('SIGKILL');
  await until(async () => {
    const why = await supervisor.ask(QUESTION, 50).catch((error: Error) => error.message);
    return why === 'no answer within 50 ms';
  });
});

test('what is being asked when the cards are closed is refused', async () => {
  const supervisor = supervise(SILENT);
  const asked = supervisor.ask(QUESTION, 20_000);
  supervisor.close();
  await expect(asked).rejects.toThrow('the cards are closed');
  await expect(supervisor.ask(QUESTION, 20_000)).rejects.toThrow('the cards are closed');
});
