import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { askHelper } from '../../src/hardware/ask-helper.js';

let folder: string;
let server: Server | null = null;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'evenkeel-ask-'));
});
afterEach(async () => {
  await new Promise((resolve) => (server === null ? resolve(null) : server.close(resolve)));
  server = null;
  rmSync(folder, { recursive: true });
});

async function listen(serve: (socket: Socket) => void): Promise<string> {
  const address =
    process.platform === 'win32' ? `\\\\.\\pipe\\evenkeel-ask-${process.pid}` : join(folder, 'helper.sock');
  const opened = createServer((socket) => {
    socket.resume();
    serve(socket);
  });
  server = opened;
  await new Promise<void>((resolve) => opened.listen(address, resolve));
  return address;
}

it('nobody who listens is an absent helper', async () => {
  expect(await askHelper(join(folder, 'none.sock'))).toEqual({ kind: 'absent' });
});

it('a helper that ends the greeting is told with its own sentence', async () => {
  const address = await listen((socket) => {
    socket.write(`${JSON.stringify({ kind: 'ended', why: 'expected protocol 2, got 1' })}\n`);
  });
  expect(await askHelper(address)).toEqual({ kind: 'refused', why: 'expected protocol 2, got 1' });
});

it('a helper that greets is there, with what it has to say, and is left with a goodbye', async () => {
  const heard: unknown[] = [];
  let left: Promise<void> | null = null;
  const address = await listen((socket) => {
    left = new Promise((resolve) => socket.once('close', () => resolve()));
    socket.on('data', (bytes: Buffer) => {
      const line = JSON.parse(String(bytes));
      heard.push(line.kind);
      const answer =
        line.kind === 'hello'
          ? { kind: 'welcome', protocol: 1, writer: 'helper', leaseS: 5, notes: ['a note'] }
          : { kind: 'given', id: line.id, given: [], problems: [] };
      socket.write(`${JSON.stringify(answer)}\n`);
    });
  });
  expect(await askHelper(address)).toEqual({ kind: 'there', name: 'helper', notes: ['a note'] });
  await left;
  expect(heard).toEqual(['hello', 'bye']);
});
