/** What a person asks of a dry-run. */
import type { LogFlags } from './log-flags.js';

/** The flags of `dry-run`, as typed. */
export interface DryRunFlags extends LogFlags {
  /** Folders of other rules over the shipped book. */
  rules: string[];
  profile?: string;
  /** A folder of the rules that those are compared with. */
  against?: string;
  decisions?: string;
  html?: string;
  /** Writes both over files that hold something. */
  force?: boolean;
  engine: 'compiled' | 'reference';
  json?: boolean;
}
