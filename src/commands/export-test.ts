/** Writes a recording, or a part of it, as a rule test with the rules it was made with beside it. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { loadProfile, parseMoment, type Recorded, type ReplayTick, replay } from '../agent/index.js';
import { EvenkeelError } from '../errors.js';
import type { BookLine, HeaderLine, RecordingLine } from '../recordings/format.js';
import { lastTickMs } from '../recordings/last-tick.js';
import { unwritable } from '../recordings/out-file.js';
import { type ReadReport, readRecording } from '../recordings/reader.js';
import { type RecordedRun, RunGatherer, recordedTest } from '../rule-tests/index.js';
import { readFolders, readProfiles } from '../rules/folders.js';
import { describeProblems } from '../rules/problems.js';
import type { BookFile } from '../shapes/rule.js';
import type { Sample } from '../shapes/sample.js';
import { beginningOf } from './log-beginning.js';

/** What a test may last at most, in ticks; it is text that people read. */
const MAX_TICKS = 20_000;

/** Bounds of the part, as the command line says them. */
interface Part {
  from?: string;
  until?: string;
}

/** What was written. */
interface ExportedTest {
  samples: number;
  file: string;
  files: string[];
  sameTicks: number;
  note?: string;
}

/**
 * Writes `file`, and the rule files that are not this version's shipped ones into a folder beside it.
 * @throws EvenkeelError `badFlag` for a part that is not there or too long, `badBook` where the rules cannot be
 * tested, `badFile` where nothing can be written.
 */
export async function exportAsTest(
  recording: string,
  file: string,
  part: Part,
  report: ReadReport,
): Promise<ExportedTest> {
  const gathered = await gather(recording, part, report);
  const { header, book, run } = gathered;
  const name = basename(file).replace(/(?:\.test)?\.ya?ml$/, '');
  const { listed, beside } = rulesBeside(book, `${name}.rules`);
  const profiles = readProfiles();
  const { profile } = loadProfile(header.profile.name, profiles, { limits: {}, level: {}, knobs: {} });
  const made = await recordedTest(
    run,
    {
      path: basename(file),
      rules: listed,
      profile,
      intervalMs: header.settings.intervalMs,
      mode: header.settings.mode,
      comments: [
        `Recorded by Evenkeel ${header.agentVersion}; facts stay as given whatever the rules do about them.`,
      ],
    },
    { files: [...readFolders([]).files, ...beside], profiles },
  );
  if ('problems' in made) throw new EvenkeelError('badBook', describeProblems(made.problems));
  const files = write(file, made.text, beside);
  const note =
    made.firstDifference === null
      ? undefined
      : `the test tells the run at ${made.sameTicks} of ${run.ticks} ticks: first ${made.firstDifference}`;
  return {
    samples: run.ticks,
    file,
    files,
    sameTicks: made.sameTicks,
    ...(note === undefined ? {} : { note }),
  };
}

interface Gathered {
  header: HeaderLine;
  book: BookLine;
  run: RecordedRun;
}

/** Replays up to the end of the part; a part ends where another book went live. */
async function gather(recording: string, part: Part, report: ReadReport): Promise<Gathered> {
  const recorded: Recorded = { header: null, decisions: [], digest: null, otherStateAtMs: null };
  if (!(await beginningOf(recording, false)).isOfRun) {
    const text = `expected a run's recording for a test, but ${recording} holds samples without rules (evenkeel record); try rules on it with evenkeel dry-run`;
    throw new EvenkeelError('badRecording', text);
  }
  const isInside = await insideOf(recording, part);
  let [book, gatherer]: [BookLine | null, RunGatherer | null] = [null, null];
  let isOver = false;
  const watched = async function* (): AsyncGenerator<RecordingLine> {
    for await (const line of readRecording(recording, report)) {
      if (line.kind === 'book') {
        if (gatherer !== null && gatherer.ticks > 0) isOver = true;
        else book = line;
      }
      if (isOver) return;
      yield line;
    }
  };
  for await (const tick of replay(watched(), recorded)) {
    if (!isInside(tick)) continue;
    gatherer ??= new RunGatherer(recorded.header?.settings.intervalMs ?? 0);
    gatherer.add(tick);
    if (gatherer.ticks > MAX_TICKS) throw tooLong(recording);
  }
  const run = (gatherer as RunGatherer | null)?.run() ?? null;
  if (recorded.header === null || book === null || run === null)
    throw new EvenkeelError(
      'badFlag',
      `expected samples between --from and --until in ${recording}, got none`,
    );
  return { header: recorded.header, book, run };
}

function tooLong(recording: string): EvenkeelError {
  return new EvenkeelError(
    'badFlag',
    `expected at most ${MAX_TICKS} ticks for a test, ${recording} has more; choose a part with --from and --until`,
  );
}

/** Which ticks lie in the part. Moments from the end need to know where that is. */
async function insideOf(recording: string, { from, until }: Part): Promise<(tick: ReplayTick) => boolean> {
  const [low, high] = [from, until].map((text, i) =>
    text === undefined ? null : parseMoment(i === 0 ? '--from' : '--until', text),
  );
  const isFromEnd = [low, high].some((moment) => moment != null && 'fromEndMs' in moment);
  const lastMs = isFromEnd ? await lastTickMs(recording) : 0;
  let firstMs: number | null = null;
  const placeOf = (moment: NonNullable<typeof low>, { atMs, wallMs }: Sample): number => {
    if ('wallMs' in moment) return wallMs - moment.wallMs;
    return 'fromEndMs' in moment
      ? atMs - (lastMs - moment.fromEndMs)
      : atMs - (firstMs ?? 0) - moment.fromStartMs;
  };
  return ({ sample }) => {
    firstMs ??= sample.atMs;
    return (low == null || placeOf(low, sample) >= 0) && (high == null || placeOf(high, sample) <= 0);
  };
}

/** How a test lists the recorded rules: the shipped ones by name where they still are what they were. */
function rulesBeside({ files }: BookLine, folder: string): { listed: string[]; beside: BookFile[] } {
  const shipped = new Map(readFolders([]).files.map(({ path, text }) => [basename(path), text]));
  const own = files.filter((file) => file.folder === 0);
  const areSame =
    own.length === shipped.size && own.every(({ path, text }) => shipped.get(basename(path)) === text);
  const beside = files
    .filter((file) => !areSame || file.folder !== 0)
    .map((file, i) => ({ ...file, path: `${folder}/${file.path}`, folder: i + 2 }));
  return { listed: [...(areSame ? ['shipped'] : []), ...beside.map(({ path }) => path)], beside };
}

function write(file: string, text: string, beside: readonly BookFile[]): string[] {
  const files = [
    ...beside.map((one) => ({ ...one, path: join(dirname(file), one.path) })),
    { path: file, text },
  ];
  try {
    for (const one of files) {
      mkdirSync(dirname(one.path), { recursive: true });
      writeFileSync(one.path, one.text);
    }
  } catch (cause) {
    throw unwritable(file, cause);
  }
  return files.map(({ path }) => path);
}
