/** Which decisions two books share over one log, and which come, go, move or change: told as they come, in flat memory. */
import type { BookDifference, Difference, Mark, Outcome, RuleDifference } from '../shapes/dry-run.js';
import type { KnobValue } from '../shapes/knob.js';
import { alignMarks } from './align-marks.js';

/** A decision that both books make is sought this far apart, in s. */
const MOVED_AT_MOST_S = 120;
/** Decisions of one knob that are compared together at most; a knob that never rests is compared piece by piece. */
const MAX_TOGETHER = 300;
const MAX_TOLD = 1_000;

interface Episode {
  ours: Mark[];
  against: Mark[];
  lastS: number;
}

/**
 * Takes the decisions of both books in the order of time. Those of one knob are aligned once it has rested for so long
 * in both that nothing later can belong to them.
 */
export class BookComparison {
  readonly #open: Map<string, Episode> = new Map();
  readonly #counts: Record<Difference['kind'] | 'same', number> = {
    same: 0,
    comes: 0,
    goes: 0,
    moves: 0,
    changes: 0,
  };
  readonly #told: Difference[] = [];

  /** Takes what was decided at one sample, with the rules and with the other book. */
  add(ours: readonly Mark[], against: readonly Mark[], atS: number): void {
    for (const mark of ours) this.#episode(mark).ours.push(mark);
    for (const mark of against) this.#episode(mark).against.push(mark);
    for (const [knob, episode] of this.#open) {
      const isLong = Math.max(episode.ours.length, episode.against.length) >= MAX_TOGETHER;
      if (isLong || atS - episode.lastS > MOVED_AT_MOST_S) this.#close(knob, episode);
    }
  }

  /** What it came to, with the rules of both outcomes beside each other. */
  end(ours: Outcome, against: Outcome): BookDifference {
    for (const [knob, episode] of this.#open) this.#close(knob, episode);
    const timeOf = ({ atS, againstAtS }: Difference): number => atS ?? againstAtS ?? 0;
    const decisions = this.#told.sort((a, b) => timeOf(a) - timeOf(b));
    return { ...this.#counts, decisions, rules: compareRules(ours, against) };
  }

  #episode({ knob, atS }: Mark): Episode {
    const episode = this.#open.get(knob) ?? { ours: [], against: [], lastS: atS };
    episode.lastS = atS;
    this.#open.set(knob, episode);
    return episode;
  }

  #close(knob: string, { ours, against }: Episode): void {
    this.#open.delete(knob);
    for (const [mark, other] of alignMarks(ours, against, MOVED_AT_MOST_S)) this.#tell(mark, other);
  }

  #tell(mark: Mark | null, other: Mark | null): void {
    const kind = kindOf(mark, other);
    this.#counts[kind]++;
    if (kind === 'same' || this.#told.length >= MAX_TOLD) return;
    this.#told.push({
      kind,
      knob: mark?.knob ?? other?.knob ?? '',
      atS: mark?.atS ?? null,
      againstAtS: other?.atS ?? null,
      byS: mark === null || other === null ? null : tidy(mark.atS - other.atS),
      from: mark?.from ?? other?.from ?? null,
      to: mark?.to ?? null,
      againstTo: other?.to ?? null,
      byValue: mark === null || other === null ? null : distance(mark.to, other.to),
      rule: mark?.rule ?? null,
      againstRule: other?.rule ?? null,
    });
  }
}

function kindOf(mark: Mark | null, other: Mark | null): Difference['kind'] | 'same' {
  if (other === null) return 'comes';
  if (mark === null) return 'goes';
  if (mark.atS !== other.atS) return 'moves';
  return mark.to === other.to && mark.rule === other.rule ? 'same' : 'changes';
}

function distance(a: KnobValue, b: KnobValue): number | null {
  return typeof a === 'number' && typeof b === 'number' ? tidy(a - b) : null;
}

/** Differences of thousandths have no more places than those. */
function tidy(value: number): number {
  return Math.round(value * 1e6) / 1e6;
}

function compareRules(ours: Outcome, against: Outcome): RuleDifference[] {
  const other = new Map(against.rules.map((rule) => [rule.id, rule]));
  const own = new Map(ours.rules.map((rule) => [rule.id, rule]));
  return [...new Set([...own.keys(), ...other.keys()])].flatMap((id) => {
    const [a, b] = [own.get(id), other.get(id)];
    if (a?.activations === b?.activations && a?.activeS === b?.activeS) return [];
    return [
      {
        id,
        activations: a?.activations ?? null,
        againstActivations: b?.activations ?? null,
        activeS: a?.activeS ?? null,
        againstActiveS: b?.activeS ?? null,
      },
    ];
  });
}
