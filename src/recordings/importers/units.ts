/** From the units that tools write to the catalogue's. */

/** `value × scale + offset` is the value in the catalogue's unit. */
export interface Conversion {
  scale: number;
  offset: number;
}

const SAME: Conversion = { scale: 1, offset: 0 };
const times = (scale: number): Conversion => ({ scale, offset: 0 });

/** By the catalogue's unit: what else it is written as, in lower case. What these tools call MB is MiB, and GB is GiB. */
const TABLE: Readonly<Record<string, Readonly<Record<string, Conversion>>>> = {
  '%': { '%': SAME },
  '°C': { c: SAME, f: { scale: 5 / 9, offset: -160 / 9 } },
  MiB: {
    mib: SAME,
    mb: SAME,
    gib: times(1024),
    gb: times(1024),
    kib: times(1 / 1024),
    kb: times(1 / 1024),
    b: times(1 / 1024 / 1024),
    bytes: times(1 / 1024 / 1024),
  },
  MHz: { mhz: SAME, ghz: times(1000), khz: times(1 / 1000), hz: times(1e-6) },
  W: { w: SAME, watts: SAME, mw: times(1 / 1000), kw: times(1000) },
  ms: { ms: SAME, s: times(1000), us: times(1 / 1000), µs: times(1 / 1000), ns: times(1e-6) },
  '1/s': { fps: SAME, '1/s': SAME, hz: SAME },
  'MB/s': {
    'mb/s': SAME,
    'mib/s': times(1.048576),
    'kb/s': times(1 / 1000),
    'kib/s': times(1024 / 1e6),
    'gb/s': times(1000),
  },
  J: { j: SAME, mj: times(1 / 1000), kj: times(1000) },
};

/** How to get from a written unit to a fact's; no unit means the fact's own, null that the two do not fit. */
export function conversion(written: string, factUnit: string): Conversion | null {
  const unit = written
    .replace(/[\s°º\ufffd]/g, '')
    .replace('℃', 'C')
    .replace('℉', 'F')
    .replace('μ', 'µ')
    .toLowerCase();
  if (unit === '') return SAME;
  const row = TABLE[factUnit];
  return row !== undefined && Object.hasOwn(row, unit) ? (row[unit] ?? null) : null;
}

/** A value in the catalogue's unit; of degrees without the digits that only the rounding of fractions made. */
export function convert(value: number, { scale, offset }: Conversion): number {
  return offset === 0 ? value * scale : Math.round((value * scale + offset) * 1e9) / 1e9;
}
