// Generated from schemas/bot-hello.schema.json by `npm run schemas`.

/**
 * A model's name, a side in pixels, a share or a count.
 */
export type OfferedValue = number | string;

/**
 * What a bot says first (POST /v1/bot/hello): who it is, which models it can run and which knobs it offers. Keys this version does not know are ignored.
 */
export interface BotHello {
  /**
   * The version of the wire; another number is answered with 409.
   */
  protocol: 1;
  /**
   * What the bot is called on the screen and, for an observer, in its facts.
   */
  name: string;
  /**
   * The bot's process id.
   */
  pid?: number;
  /**
   * The client library and its version.
   */
  sdk?: string;
  /**
   * The card the bot computes on, as NVML names it.
   */
  gpuUuid?: string;
  /**
   * Frames a second at which the bot paces itself; absent when it does not.
   */
  maxFps?: number;
  /**
   * Whether the bot takes the newest frame or works through a queue.
   */
  loop?: 'newest' | 'queue';
  /**
   * The models the bot can run; left out, each value of the model knob with every size.
   *
   * @maxItems 64
   */
  models?: OfferedModel[];
  /**
   * What the agent may change, by knob name; an empty object makes the bot an observer.
   */
  knobs: {
    [k: string]: OfferedKnob;
  };
}
/**
 * One model, with the sides in pixels (square) it was built for; every size when left out.
 */
export interface OfferedModel {
  name: string;
  /**
   * @minItems 1
   * @maxItems 64
   */
  sizes?: [number, ...number[]];
  precision?: string;
  provider?: string;
}
/**
 * Either values (a ladder, low to high) or range, and the value now in force.
 */
export interface OfferedKnob {
  /**
   * The values it can take.
   *
   * @minItems 1
   * @maxItems 64
   */
  values?: [OfferedValue, ...OfferedValue[]];
  /**
   * The lowest and the highest value.
   *
   * @minItems 2
   * @maxItems 2
   */
  range?: [number, number];
  value: OfferedValue;
  safe?: OfferedValue;
  /**
   * How long frames stand still while the knob is switched.
   */
  switchGapMs?: number;
}
