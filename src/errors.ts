/** Every error the agent throws on purpose, with its stable code, its exit code and its HTTP status, in one table. */

/**
 * `exit` is the process's exit code when the error ends a command (1: content wrong, 2: usage, unreadable or
 * could not run); `status` the HTTP answer when it ends a request.
 */
export const ERRORS = {
  badFlag: { exit: 2, status: 400, means: 'a flag, value or combination of flags is not understood' },
  badConfig: { exit: 2, status: 500, means: 'evenkeel.yaml or an environment variable is not of the schema' },
  badFile: { exit: 2, status: 500, means: 'a file or folder is missing, unreadable or of an unknown format' },
  badBook: { exit: 1, status: 500, means: 'rule or profile files have mistakes, all told at once' },
  badRecording: { exit: 2, status: 500, means: 'a recording lacks what a replay needs' },
  digestDiffers: { exit: 1, status: 500, means: 'a replay came to other decisions than the run it replays' },
  portTaken: { exit: 2, status: 500, means: 'another program listens on the port' },
  agentAbsent: { exit: 2, status: 503, means: 'no agent is running where the command looked for it' },
  agentRefused: { exit: 2, status: 502, means: 'the running agent refused what the command asked' },
  alreadyRunning: { exit: 2, status: 500, means: 'another agent uses this state folder, or records there' },
  gpuUnavailable: { exit: 2, status: 500, means: 'the card that was asked for cannot be opened' },
  noRights: { exit: 2, status: 500, means: 'this process may not write to cards, and no helper is there' },
  badBody: { exit: 2, status: 400, means: 'a request is no JSON or not of the schema' },
  unauthorized: { exit: 2, status: 401, means: 'the bearer token is missing or wrong' },
  foreignOrigin: { exit: 2, status: 403, means: 'a web page of another origin asked' },
  unknownKnob: { exit: 2, status: 404, means: 'no such knob is offered now' },
  unknownName: { exit: 2, status: 404, means: 'no such rule, level, preset or fact' },
  protocolUnknown: { exit: 2, status: 409, means: 'the bot speaks another version of the protocol' },
  nothingToConfirm: { exit: 2, status: 409, means: 'no value of hardware waits to be confirmed' },
  tooSlow: { exit: 2, status: 408, means: 'a request did not come whole in the time it has' },
  sessionEnded: { exit: 2, status: 410, means: 'the session is unknown or has ended' },
  tooBig: { exit: 2, status: 413, means: 'a body or a line is longer than the bound' },
  foreignHost: { exit: 2, status: 421, means: 'the Host header is not of this machine' },
  unknownPath: { exit: 2, status: 404, means: 'the server has nothing under that path and method' },
  tooMany: { exit: 2, status: 429, means: 'more bots or followers of events than the agent has room for' },
  fault: { exit: 2, status: 500, means: 'the agent failed in a way it did not foresee; its log says more' },
  outOfRange: {
    exit: 2,
    status: 422,
    means: 'a value lies outside what is possible, or a moment outside what is remembered',
  },
  modelUnavailable: { exit: 2, status: 500, means: 'a model or the inference runtime cannot be loaded' },
} as const;

/** The stable name of an error; programs may rely on it. */
export type ErrorCode = keyof typeof ERRORS;

/** An error of the table: the message says what was expected, what came, where, and what to do. */
export class EvenkeelError extends Error {
  readonly code: ErrorCode;
  /** What a program needs to react: ranges, places, the nearest name. */
  readonly details: Readonly<Record<string, unknown>>;

  constructor(
    code: ErrorCode,
    message: string,
    options: { cause?: unknown; details?: Record<string, unknown> } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'EvenkeelError';
    this.code = code;
    this.details = options.details ?? {};
  }

  get exitCode(): number {
    return ERRORS[this.code].exit;
  }
}

/** What an error says, of whatever kind. */
export function reasonOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}
