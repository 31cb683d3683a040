/** Which facts are the time of one stage of a frame. */

/** Times of a frame that are not one of its stages. */
const NOT_STAGES: ReadonlySet<string> = new Set(['total', 'wait', 'interval', 'criticalLatency']);

/** The stage that a fact is the time of: `ocr` of `frame.ocrMs`; undefined for every other fact. */
export function stageOf(fact: string): string | undefined {
  const name = /^frame\.(\w+)Ms$/.exec(fact)?.[1];
  return name === undefined || NOT_STAGES.has(name) ? undefined : name;
}

/** The fact that a stage of that name makes; undefined for a name that makes none, or one that means something else. */
export function factOfStage(name: string): string | undefined {
  return /^[a-z]\w*$/.test(name) && !NOT_STAGES.has(name) ? `frame.${name}Ms` : undefined;
}
