/** Layers of settings, each value with where it came from; a later layer outranks the ones before it. */

/** The kinds of layers, lowest first. */
export type LayerName = 'default' | 'profile' | 'file' | 'environment' | 'flag';

/** A setting's value with the layer that won. */
export interface Origin {
  /** Null where nobody said anything and the profile, the level or the card decides. */
  value: unknown;
  from: LayerName;
  /** `evenkeel.yaml:12:3`, `EVENKEEL_PORT`, `--port`; `default` for defaults. */
  where: string;
}

/** Values by the path of their key (`intervals.tickMs`). */
export type Layer = Map<string, Origin>;

/** The last word on each key that any layer speaks of. */
export function layOver(layers: readonly Layer[]): Layer {
  return new Map(layers.flatMap((layer) => [...layer]));
}

/** `{ 'intervals.tickMs': 500 }` as `{ intervals: { tickMs: 500 } }`; what is null is left out. */
export function nest(layer: Layer): Record<string, unknown> {
  const root: Record<string, unknown> = {};
  for (const [path, { value }] of layer) {
    const [last = '', ...groups] = path.split('.').reverse();
    let at = root;
    for (const group of groups.reverse()) {
      at[group] ??= {};
      at = at[group] as Record<string, unknown>;
    }
    if (value !== null) at[last] = value;
  }
  return root;
}
