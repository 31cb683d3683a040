/** The cards of this machine through nvidia-smi, where NVML cannot be loaded. */
import type { CardInventory, CardSet, CardWriter } from '../../shapes/gpu.js';
import { cardSet } from '../card-set.js';
import { SmiCard } from './card.js';
import { readCell } from './cell.js';
import type { Column, Row } from './columns.js';
import { findSmi, type Machine, SMI_PLACES } from './find-smi.js';
import { readGraphicsClocks } from './graphics-clocks.js';
import type { SmiProgram } from './program.js';
import { SMI_TIMES, SmiStream, type SmiTimes } from './stream.js';

/** How the cards are opened; all of it may be left out. */
export interface SmiOptions {
  /** Changes settings; without one every knob is read-only. It is not closed with the cards. */
  writer?: CardWriter | undefined;
  /** Where the program is looked for; this machine unless given. */
  machine?: Machine | undefined;
  /** The program; looked for unless given. */
  program?: SmiProgram | undefined;
  times?: Partial<SmiTimes> | undefined;
  /** Why they are not read another way, for the note. */
  because?: string | undefined;
}

/** The cards, or why they cannot be read this way: a sentence with the remedy. */
export type SmiOpening = { ok: true; cards: CardSet } | { ok: false; why: string };

/** Opens all cards of this machine, in the driver's order. Never throws for what this machine lacks. */
export async function openSmi(options: SmiOptions = {}): Promise<SmiOpening> {
  const { writer, machine } = options;
  const found = findSmi(machine);
  const program = options.program ?? (found === null ? null : { file: found });
  if (program === null)
    return { ok: false, why: `expected the program nvidia-smi ${SMI_PLACES}; install the NVIDIA driver` };
  const times = { ...SMI_TIMES, ...options.times };
  const cards = new Map<string, SmiCard>();
  const { stream, rows, why } = await begin(program, times, (row) => cards.get(row.uuid ?? '')?.take(row));
  if (rows === null) {
    stream.close();
    return { ok: false, why };
  }
  for (const row of rows) {
    const inventory = inventoryOf(row);
    const clocks = await readGraphicsClocks(program, inventory.uuid);
    const card = new SmiCard({ inventory, stream, writer, clocks, times });
    card.take(row);
    cards.set(inventory.uuid, card);
  }
  const [bots, ...others] = cards.values();
  if (bots === undefined) throw new Error('an instant of nvidia-smi has a row');
  const one = others.length === 0 ? 'the card is' : `${cards.size} cards are`;
  const note = [`${one} read by ${program.file} every ${times.periodMs / 1000} s`, options.because];
  const outsideCpuUs = (): number => stream.cpuUs;
  const close = async (): Promise<void> => stream.close();
  const standing = (): string[] => (stream.trouble === null ? [] : [stream.trouble]);
  return {
    ok: true,
    cards: cardSet([bots, ...others], {
      note: note.filter(Boolean).join('; '),
      standing,
      outsideCpuUs,
      close,
    }),
  };
}

interface Beginning {
  stream: SmiStream;
  /** The first instant; null where it did not come, `why` then tells the reason. */
  rows: readonly Row[] | null;
  why: string;
}

/** Starts the stream and waits for its first instant, or for its first failure. */
function begin(program: SmiProgram, times: SmiTimes, take: (row: Row) => void): Promise<Beginning> {
  return new Promise((resolve) => {
    // The stream by itself keeps no process alive, and a command may have nothing else to wait for.
    const alive = setInterval(() => undefined, times.startMs);
    const done = (rows: readonly Row[] | null, why: string): void => {
      clearInterval(alive);
      resolve({ stream, rows, why });
    };
    const stream: SmiStream = new SmiStream(program, times, {
      told(rows) {
        done(rows, '');
        for (const row of rows) take(row);
      },
      failed: (why) => done(null, why),
    });
    stream.start();
  });
}

function inventoryOf(row: Row): CardInventory {
  const cell = (column: Column): string | null => {
    const read = readCell(row[column]);
    return 'text' in read ? read.text : null;
  };
  // Device and vendor as one number, 0x268410DE.
  const [, device, vendor] = /^0x([0-9A-F]{4})([0-9A-F]{4})$/i.exec(cell('pci.device_id') ?? '') ?? [];
  return {
    name: cell('name') ?? 'a card that nvidia-smi does not name',
    uuid: row.uuid ?? '',
    driver: cell('driver_version'),
    pciId: device === undefined || vendor === undefined ? null : `${vendor}:${device}`.toUpperCase(),
    simulated: false,
  };
}
