/** The helper's socket in this process, over a card in memory. */
import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createConnection, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { WriterClient } from '../../src/hardware/client.js';
import { connectHelper } from '../../src/hardware/connect.js';
import { Desk } from '../../src/hardware/desk.js';
import { type Helper, type HelperOptions, openHelper } from '../../src/hardware/helper.js';
import { openAskPeer } from '../../src/hardware/peer.js';
import { printLine } from '../../src/hardware/protocol.js';
import { until } from '../helpers/cli.js';
import { type MemoryDevice, memoryDevice } from './memory-device.js';

function deskOver(device: MemoryDevice, folder: string, name: string): Desk {
  return new Desk({
    openCards: async () => ({ devices: [device], close: async () => undefined }),
    folder,
    name,
    boot: 'boot-1',
    now: Date.now,
    settle: async () => undefined,
  });
}

interface Open {
  address: string;
  folder: string;
  device: MemoryDevice;
  helper: Helper;
  log: string[];
  clientLog: string[];
  client(options?: Partial<ConstructorParameters<typeof WriterClient>[0]>): WriterClient;
  raw(): Promise<{ socket: Socket; got: () => string; closed: Promise<void> }>;
}

const ending: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ending.splice(0).reverse()) await end();
});

async function open(options: Partial<HelperOptions> = {}): Promise<Open> {
  const folder = mkdtempSync(join(tmpdir(), 'evenkeel-helper-'));
  const device = memoryDevice();
  const address = join(folder, 'helper.sock');
  const [log, clientLog]: [string[], string[]] = [[], []];
  const desk = deskOver(device, folder, 'evenkeel gpu-helper (pid 1)');
  const helper = await openHelper({
    desk,
    name: 'evenkeel gpu-helper (pid 1)',
    address,
    folder,
    allowedUids: new Set([process.getuid?.() ?? 0]),
    askPeer: await openAskPeer(),
    log: (message) => log.push(message),
    ...options,
  });
  ending.push(() => rmSync(folder, { recursive: true, force: true }));
  ending.push(() => helper.close());
  return {
    address,
    folder,
    device,
    helper,
    log,
    clientLog,
    client(more = {}) {
      const client = new WriterClient({
        connect: () => connectHelper(address),
        onExit: 'restore',
        leaseS: 10,
        log: (level, message) => clientLog.push(`${level}: ${message}`),
        ...more,
      });
      ending.push(() => client.close());
      return client;
    },
    async raw() {
      const socket = createConnection(address);
      let got = '';
      socket.setEncoding('utf8').on('data', (text: string) => {
        got += text;
      });
      socket.on('error', () => undefined);
      const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()));
      ending.push(() => socket.destroy());
      return { socket, got: () => got, closed };
    },
  };
}

const hello = (more: object = {}): string =>
  JSON.stringify({
    kind: 'hello',
    protocol: 1,
    session: 'raw-client',
    pid: 42,
    onExit: 'keep',
    leaseS: 10,
    ...more,
  });
const set = (value: number, id = 1): string =>
  printLine({ kind: 'set', id, uuid: 'GPU-memory', knob: 'powerLimitW', value });

describe('a lease', () => {
  it('ends with the word of its client as that one wished', async () => {
    const { device, client } = await open();
    const writer = client({ onExit: 'keep' });
    expect(await writer.set('GPU-memory', 'powerLimitW', 300)).toEqual({ ok: true, value: 300 });
    await writer.close();
    expect(device.values.powerLimitW).toBe(300);
  });

  it('ends without a word by giving all back, whatever its client wished for a clean end', async () => {
    const { device, raw, log } = await open();
    const { socket, got } = await raw();
    socket.write(`${hello()}\n${set(300)}`);
    await until('it is set', () => got().includes('"outcome"'));
    expect(device.values.powerLimitW).toBe(300);
    socket.destroy();
    await until('it is given back', () => device.values.powerLimitW === 450);
    await until('it is logged', () => log.includes('card in memory: powerLimitW back at 450 W'));
  });

  it('ends by silence, and the client that comes back is told', async () => {
    const { device, raw } = await open();
    const { socket, got, closed } = await raw();
    socket.write(`${hello({ leaseS: 1 })}\n${set(300)}`);
    await closed;
    expect(got()).toContain('{"kind":"ended","why":"nothing was heard for 1 s"}');
    await until('it is given back', () => device.values.powerLimitW === 450);
    const again = await raw();
    again.socket.write(`${hello()}\n`);
    const welcome = await until('it is greeted', () => again.got().includes('\n') && again.got());
    expect(JSON.parse(welcome).notes).toEqual([
      'the lease ended: nothing was heard for 1 s',
      'card in memory: powerLimitW back at 450 W',
    ]);
  });

  it('is renewed by a client that lives', async () => {
    const { device, client } = await open();
    await client({ leaseS: 1 }).set('GPU-memory', 'powerLimitW', 300);
    await new Promise((resolve) => setTimeout(resolve, 1_500));
    expect(device.values.powerLimitW).toBe(300);
  });

  it('of a card is one agent’s at a time, and the other is told whose', async () => {
    const { device, client } = await open();
    const first = client();
    await first.set('GPU-memory', 'powerLimitW', 300);
    const second = client();
    expect(await second.set('GPU-memory', 'powerLimitW', 200)).toEqual({
      ok: false,
      value: 'unknown',
      error: `an agent (pid ${process.pid}) holds the card; it is free when that one ends`,
    });
    await first.close();
    expect(await second.set('GPU-memory', 'powerLimitW', 200)).toEqual({ ok: true, value: 200 });
    expect(device.writes.map(([, value]) => value)).toEqual([300, 450, 200]);
  });

  it('whose card is lost at its end is given back when the card is there again', async () => {
    const { device, client } = await open();
    const writer = client();
    await writer.set('GPU-memory', 'powerLimitW', 300);
    device.isLost = true;
    await writer.close();
    device.isLost = false;
    expect(device.values.powerLimitW).toBe(300);
    const next = client();
    await next.set('GPU-memory', 'targetTemperatureC', 70);
    await next.close();
    expect(device.values).toMatchObject({ powerLimitW: 450, targetTemperatureC: 84 });
  });
});

describe('a helper that starts again', () => {
  it('gives back what the one before had lent, and its clients come back by themselves', async () => {
    const { device, client, helper, address, folder, clientLog } = await open();
    const writer = client();
    await writer.set('GPU-memory', 'powerLimitW', 300);
    await helper.close();
    expect(device.values.powerLimitW).toBe(450);
    await until('the end is seen', () =>
      clientLog.some((line) => line.includes('a new connection gives back')),
    );
    expect(await writer.set('GPU-memory', 'powerLimitW', 280)).toMatchObject({ ok: false });
    const desk = deskOver(device, folder, 'the next');
    const next = await openHelper({
      desk,
      name: 'the next',
      address,
      folder,
      allowedUids: new Set([process.getuid?.() ?? 0]),
      askPeer: null,
      log: () => undefined,
    });
    ending.push(() => next.close());
    await until('a set is taken', async () => (await writer.set('GPU-memory', 'powerLimitW', 280)).ok);
    expect(device.values.powerLimitW).toBe(280);
  });

  it('takes the place of a socket that was left behind, and of nothing else', async () => {
    const { helper, address, folder } = await open();
    await helper.close();
    writeFileSync(address, 'precious');
    const desk = deskOver(memoryDevice(), folder, 'the next');
    const options = {
      desk,
      name: 'n',
      folder,
      allowedUids: new Set<number>(),
      askPeer: null,
      log: () => undefined,
    };
    await expect(openHelper({ ...options, address })).rejects.toThrow('cannot listen');
    expect(statSync(address).size).toBe(8);
  });

  it.skipIf(process.platform === 'win32')(
    'is alone: a second one is refused and told of the first',
    async () => {
      const { folder, address } = await open();
      const desk = new Desk({
        openCards: async () => ({ devices: [], close: async () => undefined }),
        folder,
        name: 'second',
        boot: 'boot-1',
        now: Date.now,
        settle: async () => undefined,
      });
      const options = {
        desk,
        name: 'second',
        folder,
        address,
        allowedUids: new Set<number>(),
        askPeer: null,
      };
      await expect(openHelper({ ...options, log: () => undefined })).rejects.toThrow(
        'evenkeel gpu-helper (pid 1) holds',
      );
    },
  );
});

describe.skipIf(process.platform !== 'linux')('who gets in', () => {
  it('is the owner of the socket alone', async () => {
    const { address } = await open();
    expect(statSync(address).mode & 0o777).toBe(0o600);
  });

  it('is decided by the user that the kernel names', async () => {
    const { raw, log } = await open({ allowedUids: new Set([4711]) });
    const { socket, got, closed } = await raw();
    socket.write(`${hello()}\n`);
    await closed;
    expect(got()).toBe('');
    expect(log.at(-1)).toBe(
      `a client was turned away: user ${process.getuid?.()} (pid ${process.pid}) is not among 4711`,
    );
  });

  it('is whoever knows the secret, where nobody tells who connects; the secret itself is never sent', async () => {
    const sent: string[] = [];
    const { client, device, address } = await open({ askPeer: null, secret: 'a-secret-of-both' });
    const connect = async (): ReturnType<typeof connectHelper> => {
      const stream = await connectHelper(address);
      const { output } = stream;
      const write = output.write.bind(output);
      output.write = ((text: string) => {
        sent.push(text);
        return write(text);
      }) as typeof output.write;
      return stream;
    };
    expect(await client({ connect, secret: 'wrong' }).set('GPU-memory', 'powerLimitW', 300)).toEqual({
      ok: false,
      value: 'unknown',
      error: 'the client does not know the secret',
    });
    expect(device.writes).toEqual([]);
    expect(
      await client({ connect, secret: 'a-secret-of-both' }).set('GPU-memory', 'powerLimitW', 300),
    ).toEqual({
      ok: true,
      value: 300,
    });
    expect(sent.join('')).not.toContain('a-secret-of-both');
  });
});

describe('a client that misbehaves', () => {
  const lines: [string, string, string][] = [
    ['no JSON', 'hello?\n', 'expected JSON'],
    ['a kind that nobody knows', '{"kind":"format"}\n', 'expected a kind among'],
    ['a set before hello', set(300), 'expected hello first'],
    ['another protocol', `${hello({ protocol: 2 })}\n`, 'expected protocol 1, got 2'],
    ['a key that nobody knows', `${hello({ rules: [] })}\n`, 'hello has no \\"rules\\"'],
    ['a lease without end', `${hello({ leaseS: 1e9 })}\n`, 'leaseS'],
    ['hello twice', `${hello()}\n${hello()}\n`, 'hello was said before'],
    [
      'a place in the file system for a card',
      `${hello()}\n${set(1).replace('GPU-memory', '../../x')}`,
      'uuid',
    ],
    ['a value that is no number', `${hello()}\n${set(1).replace(':1}', ':"1"}')}`, 'value'],
    ['a line without end', 'x'.repeat(20_000), 'a line is too long'],
    ['null', 'null\n', 'expected a kind'],
    ['bytes', '\u0000\u0001\ufffd\n', 'expected JSON'],
  ];

  it.each(lines)('with %s is told why and put out, and the card is as it was', async (_what, text, why) => {
    const { raw, device, folder } = await open();
    const { socket, got, closed } = await raw();
    socket.write(text);
    await closed;
    expect(got()).toContain('"kind":"ended"');
    expect(got()).toContain(why);
    expect([device.writes, readdirSync(folder).filter((name) => name.includes('journal'))]).toEqual([[], []]);
  });

  it('harms no other one: with floods, half lines and hang-ups, a lease is served as before', async () => {
    const { raw, client, device } = await open();
    const writer = client();
    await writer.set('GPU-memory', 'powerLimitW', 300);
    const flood = await raw();
    flood.socket.write(`${hello()}\n`);
    for (let id = 0; id < 5_000; id += 1) flood.socket.write(set(200, id));
    const half = await raw();
    half.socket.write(hello().slice(0, 20));
    for (let count = 0; count < 20; count += 1) {
      const { socket } = await raw();
      socket.write(hello());
      socket.destroy();
    }
    expect(await writer.set('GPU-memory', 'powerLimitW', 280)).toEqual({ ok: true, value: 280 });
    flood.socket.destroy();
    half.socket.destroy();
    expect(await writer.set('GPU-memory', 'powerLimitW', 290)).toEqual({ ok: true, value: 290 });
    expect(device.writes.map(([, value]) => value)).toEqual([300, 280, 290]);
  });

  it('that says nothing is put out', async () => {
    const { raw } = await open();
    const { got, closed } = await raw();
    await closed;
    expect(got()).toContain('expected hello within 2 s');
  });

  it('that reads no answers is put out before they fill the memory', async () => {
    const { raw, log } = await open();
    const { socket } = await raw();
    socket.pause();
    socket.write(`${hello()}\n`);
    const filler = set(200).repeat(500);
    const writing = setInterval(() => socket.write(filler), 1);
    ending.push(() => clearInterval(writing));
    await until('it is put out', () => log.some((line) => line.includes('reads no answers')));
  });
});
