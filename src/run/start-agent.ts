/** From settings to a running agent with its server, and back to a machine as it was found. */
import { join } from 'node:path';
import { type DestinationStream, pino } from 'pino';
import { Agent, type Log, loadLiveBook, loadProfile, type NewRun, type Totals } from '../agent/index.js';
import { EvenkeelError } from '../errors.js';
import { openCards } from '../gpu/choose.js';
import { didYouMean } from '../nearest.js';
import type { ProfileOverlay } from '../recordings/format.js';
import { checkRuleTests, watchInThread } from '../reload/index.js';
import { readFolders, readProfiles, sourcesOf } from '../rules/folders.js';
import { describeProblem } from '../rules/problems.js';
import { type AgentServer, isLoopbackHost, openServer } from '../server/index.js';
import type { Settings } from '../settings/index.js';
import type { CardSet, CardWriter } from '../shapes/gpu.js';
import { openStateFolder, removeAddress, writeAddress } from '../state-folder.js';
import { openCardWriter } from './card-writer.js';
import { record, resume } from './recording.js';
import { chooseProfile, identityOf, RARE_MS, recordingHeader } from './recording-header.js';
import { refuseSecondAgent } from './second-agent.js';
import { readVersion } from './version.js';

/** What is settled before anything is opened. */
export interface StartOptions {
  settings: Settings;
  stateFolder: string;
  /** The demo bot's inference runs on the processor, whatever the card. */
  isDemo: boolean;
  /** A flag or a variable says the level: it wins over what a person asked of the run before. */
  isLevelGiven: boolean;
  log: Log;
  /** Where helper and journals of the card are named. */
  env: NodeJS.ProcessEnv;
  /** Takes the server's own log, JSON lines; standard error unless given. */
  serverLog?: DestinationStream;
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

/** What has to be closed again, in whatever state the start is left. */
interface Opened {
  writer?: CardWriter | undefined;
  cards?: CardSet;
  /** Once it ticks; its end closes the cards and gives back what it changed. */
  agent?: Agent;
  server?: AgentServer;
}

/** Children and sockets that stay open would keep a process alive that only wants to tell why it cannot run. */
async function close({ writer, cards, agent, server }: Opened): Promise<void> {
  if (agent === undefined) await cards?.close();
  else await agent.stop();
  await writer?.close();
  await server?.close();
}

/**
 * Starts an agent: card, profile, book, server, recording, loop, in this order, so that what is wrong is told before
 * anything is changed.
 * @throws EvenkeelError `alreadyRunning`, `badBook`, `badFile`, `badFlag`, `gpuUnavailable` or `portTaken`.
 */
export async function startAgent(options: StartOptions): Promise<RunningAgent> {
  const { token } = await openStateFolder(options.stateFolder);
  await refuseSecondAgent(options.stateFolder, options.settings.port);
  const opened: Opened = {};
  try {
    return await open(options, token, opened);
  } catch (error) {
    await close(opened);
    throw error;
  }
}

async function open(
  { settings, stateFolder, isDemo, isLevelGiven, log, env, serverLog }: StartOptions,
  token: string,
  opened: Opened,
): Promise<RunningAgent> {
  const version = readVersion();
  const { tickMs, slowMs } = settings.intervals;
  const pace = { fastMs: tickMs, slowMs, rareMs: RARE_MS };
  const writer = await openCardWriter({ settings, isDemo, secret: token, env, log });
  opened.writer = writer;
  const cards = await openCards(settings.gpu, { isDemo, pace, writer });
  opened.cards = cards;
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
    log: pino({ level: settings.logLevel === 'debug' ? 'debug' : 'error' }, serverLog ?? pino.destination(2)),
  });
  opened.server = server;
  const header = recordingHeader({ version, settings: core, profile: { name, files, overlay }, cards });
  if (!isLoopbackHost(settings.listen)) {
    log(
      'warn',
      `listening on ${settings.listen}: other machines can reach it, and need the token for all they ask`,
    );
  }
  const recording = settings.recording.enabled
    ? await record(settings, stateFolder, identityOf(cards), log)
    : null;
  recording?.write(header);
  opened.agent = agent;
  await agent.start(recording);
  await writeAddress(stateFolder, server.url);
  return {
    agent,
    server,
    token,
    targetFps: book.levels[level]?.targetFps ?? 0,
    async stop() {
      await close(opened);
      await removeAddress(stateFolder, server.url);
      return agent.totals();
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
