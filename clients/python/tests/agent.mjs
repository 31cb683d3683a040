/**
 * The agent's own server for the tests of the Python client: its bots' registry, and nothing that decides by itself.
 * Takes one JSON command a line on standard input and answers each with one line.
 */
import { createInterface } from 'node:readline';
import { pino } from 'pino';
import { BotRegistry } from '../../../dist/bot/index.js';
import { DEFAULT_FRAME_RULES } from '../../../dist/frames/importance.js';
import { openServer } from '../../../dist/server/index.js';

const token = 'a-token-for-tests-only';
const port = { subscribe: () => () => undefined };
let bots;
let server;

const commands = {
  async open({ listenPort = 0, leaseMs = 10_000 }) {
    bots = new BotRegistry({ now: () => performance.now(), frameRules: DEFAULT_FRAME_RULES, leaseMs });
    server = await openServer({ port, bots, token, listenPort, log: pino({ level: 'silent' }) });
    return { url: server.url, token };
  },
  async close() {
    await server.close();
    return {};
  },
  drain: () => ({ items: bots.drain(), counters: bots.counters }),
  publish: ({ decision, frameRules = DEFAULT_FRAME_RULES }) => ({
    revision: bots.publish(decision, frameRules),
  }),
  expire: () => {
    bots.expire(performance.now() + 60_000);
    return {};
  },
};

for await (const line of createInterface({ input: process.stdin })) {
  const { do: name, ...rest } = JSON.parse(line);
  process.stdout.write(`${JSON.stringify(await commands[name](rest))}\n`);
}
process.exit(0);
