/** `evenkeel record`: samples of machine and card into one file, without rules, server or bot. */
import { open } from 'node:fs/promises';
import type { Command } from 'commander';
import { loadProfile, startSampling } from '../agent/index.js';
import { count } from '../count.js';
import { EvenkeelError, reasonOf } from '../errors.js';
import { openCards } from '../gpu/choose.js';
import { FileWriter } from '../recordings/file-writer.js';
import { prepareOut, unwritable } from '../recordings/out-file.js';
import { readProfiles } from '../rules/folders.js';
import { rewriterOf } from '../run/recording.js';
import { chooseProfile, identityOf, RARE_MS, recordingHeader } from '../run/recording-header.js';
import { readVersion } from '../run/version.js';
import { FLAGS } from '../settings/index.js';
import { parseFlag } from './flags.js';
import type { Io } from './io.js';
import { printJson } from './print-json.js';
import { listenForStop } from './until-stopped.js';

/** Time in ms between readings of what is dear, as a run has it unless it is told otherwise. */
const SLOW_MS = 5_000;

/** Before the file that a card is read from. */
const RECORDED = 'recorded:';

interface Options {
  out: string;
  force?: boolean;
  duration?: number;
  interval: number;
  gpu: string;
  profile?: string;
  identify?: boolean;
  json?: boolean;
}

/** Adds the verb `record`. */
export function registerRecord(program: Command, io: Io): void {
  program
    .command('record')
    .description('record machine and card into a file, without rules')
    .requiredOption('-o, --out <FILE>', 'the file, newline-delimited JSON')
    .option('--force', 'write over a file that holds something')
    .option('--duration <S>', 'end after this time; without it at Ctrl-C', flagReader('duration'))
    .option('--interval <MS>', 'time between samples in ms', flagReader('interval'), 500)
    .option('--gpu <CARD>', 'the card, as run takes it', flagReader('gpu'), 'auto')
    .option('--profile <NAME>', "the card's profile; by the card's name unless given", flagReader('profile'))
    .option('--identify', 'let the recording say host, user, card and command line')
    .option('--json', 'one JSON document')
    .addHelpText('after', '\nExample:\n  evenkeel record --duration 10m -o evening.ndjson')
    .action(async (options: Options) => io.exit(await record(options, io)));
}

function flagReader(key: 'duration' | 'interval' | 'gpu' | 'profile'): (text: string) => unknown {
  return (text) => parseFlag(`--${key}`, text, FLAGS[key].reader);
}

async function record(options: Options, io: Io): Promise<number> {
  const note = (text: string): void => io.stderr(`${text}\n`);
  await prepareOut(options.out, {
    force: options.force === true,
    sources: options.gpu.startsWith(RECORDED) ? [options.gpu.slice(RECORDED.length)] : [],
  });
  const cards = await openCards(options.gpu, {
    pace: { fastMs: options.interval, slowMs: SLOW_MS, rareMs: RARE_MS },
  });
  const stopper = listenForStop(io.env);
  let failure: string | null = null;
  try {
    note(cards.note);
    const profiles = readProfiles();
    const name = options.profile ?? chooseProfile(cards.cards[0], profiles, (_, text) => note(text));
    const overlay = { limits: {}, level: {}, knobs: {} };
    const { files } = loadProfile(name, profiles, overlay);
    const header = recordingHeader({
      version: readVersion(),
      settings: settingsOf(options.interval),
      profile: { name, files, overlay },
      cards,
    });
    const rewrite = options.identify === true ? null : rewriterOf(identityOf(cards));
    const writer = await openFile(options.out, (why) => {
      failure = why;
      stopper.stop(2);
    });
    const write = (line: Parameters<FileWriter['write']>[0]): unknown =>
      writer.write(rewrite === null ? line : rewrite(line));
    write(header);
    const loop = await startSampling({
      cards,
      intervalMs: options.interval,
      slowMs: SLOW_MS,
      take: write,
      failed: (error) => note(`a sample failed: ${reasonOf(error)}`),
    });
    if (options.duration !== undefined) stopper.after(options.duration * 1000);
    const code = await stopper.stopped;
    const samples = await loop.stop();
    await writer.close();
    if (failure !== null)
      throw new EvenkeelError(
        'badFile',
        `cannot go on writing ${options.out}: ${failure}; name another file with -o`,
      );
    if (options.json === true) printJson(io, { samples, file: options.out });
    else io.stdout(`${options.out}: ${count(samples, 'sample')}\n`);
    return code;
  } finally {
    stopper.close();
    await cards.close();
  }
}

/** What a run of these samples would be decided with; a what-if takes the mode and level that it is given. */
function settingsOf(intervalMs: number): Parameters<typeof recordingHeader>[0]['settings'] {
  const tierMs = { frame: intervalMs, fast: intervalMs, slow: SLOW_MS, rare: RARE_MS, tick: intervalMs };
  return { intervalMs, tierMs, mode: 'enforce', level: 'balanced', consent: false };
}

/** Others of this machine need not read what it does. */
async function openFile(path: string, onFailure: (why: string) => void): Promise<FileWriter> {
  try {
    return new FileWriter(await open(path, 'w', 0o600), onFailure);
  } catch (cause) {
    throw unwritable(path, cause);
  }
}
