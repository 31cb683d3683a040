/** A knob's value: a model's name, a side in pixels, a share, a count or watts. */
export type KnobValue = number | string;

/** What a bot or a device offers for one knob. Either `values` (a ladder, low to high) or `range`. */
export interface KnobOffer {
  values?: KnobValue[];
  range?: [min: number, max: number];
  /** The value in force when the offer was made. */
  value: KnobValue;
  /** What the owner returns to on its own when it loses the agent. */
  safe?: KnobValue;
  /** Why it cannot be written now, with the remedy; what would be decided is then advice. */
  readOnly?: string;
  /** How long frames stand still while this knob is switched, in ms, as its owner declares it. */
  switchGapMs?: number;
}

/** One model a bot can run, with the sides (pixels, square) it was built for; all sizes when absent. */
export interface ModelOffer {
  name: string;
  sizes?: number[];
  precision?: string;
  provider?: string;
}
