// Generated from schemas/bot-line.schema.json by `npm run schemas`.

/**
 * One line of a bot (POST /v1/bot/stream and /v1/bot/frames). Keys of frame and applied lines that this version does not know are ignored; the four signals have no key but kind.
 */
export type BotLine = FrameLine | AppliedLine | PauseLine | ResumeLine | HeartbeatLine | ByeLine;
/**
 * Milliseconds, an hour at most.
 */
export type DurationMs = number;
export type Count = number;
/**
 * What is in force afterwards.
 */
export type AppliedValue = number | string;

/**
 * One frame, processed or skipped. What is left out is missing, not 0; totalMs is required unless skipped.
 */
export interface FrameLine {
  kind: 'frame';
  /**
   * The bot's own name for the frame.
   */
  id: number | string;
  /**
   * The bot's monotonic time at capture begin, in ms; it gives durations only.
   */
  atMs: number;
  totalMs?: DurationMs;
  width?: number;
  height?: number;
  /**
   * Milliseconds by stage; stage x becomes the fact frame.xMs.
   */
  stagesMs?: {
    [k: string]: DurationMs;
  };
  waitMs?: DurationMs;
  inference?: FrameInference;
  queueSize?: Count;
  drops?: Count;
  /**
   * True when the bot decided not to process it.
   */
  skipped?: boolean;
  skipReason?: string;
  /**
   * What is true of the frame, by the names of the weights.
   */
  scene?: {
    [k: string]: boolean;
  };
}
/**
 * The model's run on this frame; absent on a skipped frame.
 */
export interface FrameInference {
  model?: string;
  /**
   * The side in pixels (square).
   */
  size?: number;
  preprocessMs?: DurationMs;
  inferenceMs?: DurationMs;
  postprocessMs?: DurationMs;
  detections?: Count;
  gpuMemoryMib?: number;
}
/**
 * How the change of a knob ended.
 */
export interface AppliedLine {
  kind: 'applied';
  knob: string;
  value: AppliedValue;
  ok: boolean;
  error?: string;
  tookMs: DurationMs;
  /**
   * The revision of the decision it answers.
   */
  revision: number;
}
/**
 * Frames stop for a reason (menu, login): facts become missing, not 0.
 */
export interface PauseLine {
  kind: 'pause';
}
/**
 * Frames go on.
 */
export interface ResumeLine {
  kind: 'resume';
}
/**
 * Renews the lease when nothing else went for 2 s.
 */
export interface HeartbeatLine {
  kind: 'heartbeat';
}
/**
 * Ends the session.
 */
export interface ByeLine {
  kind: 'bye';
}
