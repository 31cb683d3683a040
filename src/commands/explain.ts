/** `evenkeel explain`: why a rule did or did not act, live or at a moment of a recording. */
import type { Command } from 'commander';
import { type Recorded, type ReplayTick, replay } from '../agent/index.js';
import { EvenkeelError } from '../errors.js';
import { readRecording } from '../recordings/reader.js';
import { byCloseness, explainRule } from '../rules/explain.js';
import { didYouMean } from '../rules/nearest.js';
import type { ExplainNode, Explanation } from '../shapes/port.js';
import { getJson } from './agent-client.js';
import type { Io } from './io.js';
import { type Moment, parseMoment } from './moment.js';
import { printJson } from './print-json.js';

interface Options {
  at?: string;
  rule?: string;
  json?: boolean;
}

export function registerExplain(program: Command, io: Io): void {
  program
    .command('explain')
    .description('why a rule did or did not act: conditions with values and margins, waits, who outranked it')
    .argument('[RECORDING]', "a recording; without one the running agent's")
    .option('--at <T>', 'ISO 8601, -30s from now (or from the end of a recording), or seconds from the start')
    .option('--rule <ID>', 'one rule; without it all, nearest to firing first')
    .option('--json', 'one JSON document')
    .addHelpText('after', '\nExample:\n  evenkeel explain --rule model-down --at -30s')
    .action(async (recording: string | undefined, options: Options) => {
      const explanations = await explain(recording, options, io);
      const [first] = explanations;
      if (options.json === true)
        printJson(io, options.rule === undefined ? { at: first?.at ?? null, closest: explanations } : first);
      else for (const explanation of explanations) io.stdout(textOf(explanation));
      io.exit(0);
    });
}

async function explain(recording: string | undefined, { at, rule }: Options, io: Io): Promise<Explanation[]> {
  const moment = at === undefined ? null : parseMoment('--at', at);
  if (recording !== undefined) return explainRecorded(recording, moment, rule);
  if (moment === null) return explainLive(rule, io);
  const { recording: own } = (await getJson(io, '/v1/state')) as { recording: string | null };
  if (own === null)
    throw new EvenkeelError(
      'badFlag',
      'expected --at only with a recording: the running agent records nothing',
    );
  return explainRecorded(own, moment, rule);
}

async function explainLive(rule: string | undefined, io: Io): Promise<Explanation[]> {
  const answer = await getJson(
    io,
    `/v1/explain${rule === undefined ? '' : `?rule=${encodeURIComponent(rule)}`}`,
  );
  return [answer]
    .flat()
    .flatMap((one) => (one as { closest?: Explanation[] }).closest ?? (one as Explanation));
}

/** Replays up to the moment and explains its last tick. */
async function explainRecorded(
  recording: string,
  moment: Moment | null,
  rule: string | undefined,
): Promise<Explanation[]> {
  const endMs =
    moment !== null && 'fromEndMs' in moment ? (await lastTickMs(recording)) - moment.fromEndMs : null;
  const recorded: Recorded = { header: null, decisions: [], digest: null };
  let last: ReplayTick | null = null;
  let firstMs: number | null = null;
  for await (const tick of replay(readRecording(recording, { rejectedRows: 0, reasons: [] }), recorded)) {
    firstMs ??= tick.sample.atMs;
    if (last !== null && isAfter(tick, firstMs, moment, endMs)) break;
    last = tick;
  }
  if (last === null) throw new EvenkeelError('badRecording', `expected samples in ${recording}, got none`);
  const { core, sample, result } = last;
  if (moment !== null) checkWithin(moment, sample, firstMs ?? 0, endMs, recording);
  if (rule === undefined) {
    const ordered = [...result.fired].sort((a, b) => byCloseness(a, b, core.store, sample.atMs));
    return ordered.map((fired) => explainRule(fired, core.store, result.decision));
  }
  const fired = result.fired.find((one) => one.rule.id === rule);
  if (fired !== undefined) return [explainRule(fired, core.store, result.decision)];
  const ids = result.fired.map((one) => one.rule.id);
  throw new EvenkeelError(
    'unknownName',
    `no rule of this recording has the id "${rule}"${didYouMean(rule, ids)}`,
  );
}

/** How far a moment may lie outside the samples and still mean the nearest one, in ms. */
const NEAR_MS = 2_000;

/** @throws EvenkeelError `badFlag` for a moment that the recording does not hold. */
function checkWithin(
  moment: Moment,
  { atMs, wallMs }: ReplayTick['sample'],
  firstMs: number,
  endMs: number | null,
  recording: string,
): void {
  const heldMs = atMs - firstMs;
  const isWithin =
    'wallMs' in moment
      ? moment.wallMs >= wallMs - heldMs - NEAR_MS && moment.wallMs <= wallMs + NEAR_MS
      : 'fromStartMs' in moment
        ? moment.fromStartMs <= heldMs + NEAR_MS
        : endMs !== null && endMs >= firstMs - NEAR_MS;
  if (isWithin) return;
  const [from, to] = [wallMs - heldMs, wallMs].map((ms) => new Date(ms).toISOString());
  throw new EvenkeelError(
    'badFlag',
    `expected --at inside ${recording}, whose samples up to there are from ${from} to ${to} (0 to ${heldMs / 1000} s)`,
  );
}

function isAfter(
  { sample }: ReplayTick,
  firstMs: number,
  moment: Moment | null,
  endMs: number | null,
): boolean {
  if (endMs !== null) return sample.atMs > endMs;
  if (moment === null || 'fromEndMs' in moment) return false;
  return 'wallMs' in moment ? sample.wallMs > moment.wallMs : sample.atMs - firstMs > moment.fromStartMs;
}

async function lastTickMs(recording: string): Promise<number> {
  let lastMs = 0;
  for await (const line of readRecording(recording, { rejectedRows: 0, reasons: [] })) {
    if (line.kind === 'sample') lastMs = line.atMs;
  }
  return lastMs;
}

function textOf({
  rule,
  at,
  state,
  blind,
  file,
  line,
  because,
  tree,
  until,
  waits,
  outrankedBy,
}: Explanation): string {
  const lines = [
    `${rule} is ${state}${blind ? ', blind' : ''} at ${at} s (${file}:${line})${because === null ? '' : `: ${because}`}`,
    ...treeLines('when', tree, 1),
    ...(until === null ? [] : treeLines('until', until, 1)),
    ...waits.map((wait) => `  waits: ${wait}`),
    ...(outrankedBy === null ? [] : [`  outranked by ${outrankedBy}`]),
  ];
  return `${lines.join('\n')}\n`;
}

function thresholdText({ threshold, thresholdFact }: ExplainNode): string {
  const value = threshold === null ? 'unknown' : JSON.stringify(threshold);
  return thresholdFact === undefined ? value : `${value} (${thresholdFact})`;
}

function treeLines(label: string, node: ExplainNode, depth: number): string[] {
  const pad = '  '.repeat(depth);
  const mark = { true: '✓', false: '✗', unknown: '?' }[node.truth];
  const value = node.value ?? 'unknown';
  const margin = typeof node.margin === 'number' ? `, margin ${Math.round(node.margin * 100) / 100}` : '';
  const what =
    node.fact === undefined
      ? node.op
      : `${node.fact} ${value} ${node.op} ${thresholdText(node)}${margin}, ${node.ageMs ?? 0} ms old`;
  return [
    `${pad}${label === '' ? '' : `${label}: `}${mark} ${what}`,
    ...node.children.flatMap((child) => treeLines('', child, depth + 1)),
  ];
}
