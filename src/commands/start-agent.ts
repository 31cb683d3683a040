/** From settings to a running agent with its server, and back to a machine as it was found. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pino } from 'pino';
import { Agent, type Log, loadLiveBook, loadProfile, type NewRun, type Totals } from '../agent/index.js';
import { EvenkeelError } from '../errors.js';
import { openCards } from '../gpu/choose.js';
import type { ProfileOverlay } from '../recordings/format.js';
import { checkRuleTests, watchInThread } from '../reload/index.js';
import { readFolders, readProfiles, sourcesOf } from '../rules/folders.js';
import { didYouMean } from '../rules/nearest.js';
import { describeProblem } from '../rules/problems.js';
import { type AgentServer, isLoopbackHost, openServer } from '../server/index.js';
import type { Settings } from '../settings/index.js';
import { openStateFolder, removeAddress, writeAddress } from '../state-folder.js';
import { openCardWriter } from './card-writer.js';
import { record, resume } from './recording.js';
import { chooseProfile, identityOf, RARE_MS, recordingHeader } from './recording-header.js';
import { readVersion } from './version.js';

/** What `run` has settled before anything is opened. */
export interface StartOptions {
  settings: Settings;
  stateFolder: string;
  /** The demo bot's inference runs on the processor, whatever the card. */
  isDemo: boolean;
  /** A flag or a variable says the level: it wins over what a person asked of the run before. */
  isLevelGiven: boolean;
  log: Log;
}

/** An agent that ticks and answers, until it is closed. */
export interface RunningAgent {
  agent: Agent;
  server: AgentServer;
  token: string;
  /** Frames a second that the level asks for at the start. */
  targetFps: number;
  /** Ends everything and gives back what was changed. */
  stop(): Promise<Totals>;
}

/**
 * Starts an agent: card, profile, book, server, recording, loop, in this order, so that what is wrong is told before
 * anything is changed.
 * @throws EvenkeelError `alreadyRunning`, `badBook`, `badFile`, `badFlag`, `gpuUnavailable` or `portTaken`.
 */
export async function startAgent({
  settings,
  stateFolder,
  isDemo,
  isLevelGiven,
  log,
}: StartOptions): Promise<RunningAgent> {
  const { token } = await openStateFolder(stateFolder);
  await refuseSecondAgent(stateFolder, settings.port);
  const version = readVersion();
  const { tickMs, slowMs } = settings.intervals;
  const pace = { fastMs: tickMs, slowMs, rareMs: RARE_MS };
  const writer = await openCardWriter({ settings, isDemo, secret: token, env: process.env, log });
  const cards = await openCards(settings.gpu, { isDemo, pace, writer });
  const [card] = cards.cards;
  log('info', cards.note);
  const overlay: ProfileOverlay = {
    limits: { ...settings.limits },
    level: { ...settings.targets, ...settings.features },
    knobs: settings.tensorrtPrecision === undefined ? {} : { precision: settings.tensorrtPrecision },
  };
  const profiles = readProfiles();
  const name = settings.profile ?? (isDemo ? 'cpu' : chooseProfile(card, profiles, log));
  const { profile, files } = loadProfile(name, profiles, overlay);
  const withTests = settings.testOnReload;
  const content = readFolders(settings.rules, withTests);
  const { book, warnings } = loadLiveBook(content.files, profile, content.problems);
  if (withTests) await checkRuleTests(content);
  for (const warning of warnings) log('warn', describeProblem(warning));
  const level = levelOf(settings.level, Object.keys(book.levels));
  log(
    'debug',
    `watches the rules in ${sourcesOf(settings.rules)
      .map(({ folder }) => folder)
      .join(', ')}`,
  );
  const core = {
    intervalMs: tickMs,
    tierMs: { frame: tickMs, fast: tickMs, slow: slowMs, rare: RARE_MS, tick: tickMs },
    mode: settings.mode,
    level,
    // The demo never writes to a real card.
    consent: settings.hardware === 'allow' && (card.inventory.simulated || !isDemo),
  };
  const run: NewRun = {
    wallMs: Date.now(),
    profile: name,
    card: card.inventory.name,
    level,
    isLevelGiven,
    levels: Object.keys(book.levels),
  };
  const agent = new Agent({
    version,
    settings: core,
    profile,
    book,
    watch: (listener) =>
      watchInThread({ folders: settings.rules, profile, liveHash: content.hash, withTests }, listener),
    resume: resume(settings, stateFolder, run, log),
    cards,
    isCardNamed: settings.gpu.startsWith('GPU-'),
    otherWriter: settings.card.otherWriter,
    recordsFrames: settings.recording.frames,
    ...(settings.recording.enabled
      ? { history: { folder: join(stateFolder, 'history'), keepDays: settings.recording.keepDays } }
      : {}),
    log,
  });
  const server = await openServer({
    port: agent,
    bots: agent.bots,
    token,
    listenPort: settings.port,
    listenAddress: settings.listen,
    log: pino({ level: settings.logLevel === 'debug' ? 'debug' : 'error' }, pino.destination(2)),
  });
  const header = recordingHeader({ version, settings: core, profile: { name, files, overlay }, cards });
  if (!isLoopbackHost(settings.listen)) {
    log(
      'warn',
      `listening on ${settings.listen}: other machines can reach it, and need the token for all they ask`,
    );
  }
  try {
    const recording = settings.recording.enabled
      ? await record(settings, stateFolder, identityOf(cards), log)
      : null;
    recording?.write(header);
    await agent.start(recording);
    await writeAddress(stateFolder, server.url);
  } catch (error) {
    // What was opened would keep the process alive that only wants to tell why it cannot run.
    await agent.stop();
    await writer?.close();
    await server.close();
    throw error;
  }
  return {
    agent,
    server,
    token,
    targetFps: book.levels[level]?.targetFps ?? 0,
    async stop() {
      const totals = await agent.stop();
      await writer?.close();
      await server.close();
      await removeAddress(stateFolder, server.url);
      return totals;
    },
  };
}

/** @throws EvenkeelError `badConfig` for a level that the book does not have. */
function levelOf(name: string, names: readonly string[]): string {
  if (names.includes(name)) return name;
  const expected = `expected one of ${names.join(', ')}`;
  throw new EvenkeelError(
    'badConfig',
    `no level is named "${name}"${didYouMean(name, names)}; ${expected}, in --level, EVENKEEL_LEVEL or evenkeel.yaml`,
  );
}

/** How long an agent that may be running has to answer, in ms. */
const ANSWER_WITHIN_MS = 500;

/**
 * Two agents in one state folder would take each other's bots. One on the same port is left to the server, which tells
 * more about it.
 */
async function refuseSecondAgent(stateFolder: string, port: number): Promise<void> {
  const url = (await readFile(join(stateFolder, 'address'), 'utf8').catch(() => '')).trim();
  if (!URL.canParse(url) || Number(new URL(url).port) === port) return;
  const state = await fetch(`${url}/v1/state`, { signal: AbortSignal.timeout(ANSWER_WITHIN_MS) })
    .then((response) => response.json() as Promise<{ version?: string }>)
    .catch(() => null);
  // An agent that was killed leaves its address behind: nobody answers there.
  if (state?.version === undefined) return;
  const remedy = 'stop it, or give this one a state folder of its own with EVENKEEL_STATE_DIR';
  throw new EvenkeelError(
    'alreadyRunning',
    `another agent (version ${state.version}) listens on ${url} and uses ${stateFolder}; ${remedy}`,
  );
}
