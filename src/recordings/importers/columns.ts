/** Which columns of a table hold which facts, found once for each header; a column is known by its place. */
import { lookUpFact } from '../../facts/catalogue.js';
import type { FactValue } from '../../shapes/reading.js';
import { readQuantity } from './cells.js';
import type { ImportContext } from './importer.js';
import { type Conversion, conversion, convert } from './units.js';

/** A name of a header, and where it stands. */
export interface ColumnName {
  index: number;
  /** In lower case without blanks: tools changed both. */
  name: string;
  /** As it was written; empty where there is none. */
  unit: string;
  /** The column in messages: its place, and its name as it was written. */
  label: string;
}

/** A fact and the names of the columns that tell it, the best first. */
export type FactNames = Readonly<Record<string, readonly string[]>>;

/** A column whose cells are a fact's numbers. */
export interface NumberColumn extends Conversion {
  index: number;
  fact: string;
  /** The column in messages: its name as a person gave it, or as `column 3 "GPU Load [%]"`. */
  label: string;
  /** The unit that the cells told last, and what it means: it hardly ever changes. */
  told: { unit: string; conversion: Conversion | null };
}

/** The name as it is compared. */
export function squeeze(name: string): string {
  return name.replace(/\s+/g, '').toLowerCase();
}

/** A column as messages call it. */
export function columnLabel(index: number, written: string): string {
  const name = written.trim();
  return name === '' ? `column ${index + 1}` : `column ${index + 1} ${JSON.stringify(name)}`;
}

/** Names with the unit in square brackets behind them, `GPU Load [%]`; a unit told elsewhere comes by `units`. */
export function readNames(cells: readonly string[], units: readonly string[] = []): ColumnName[] {
  return cells.map((cell, index) => {
    const match = /^(.*\S)\s*\[([^[\]]*)\]\s*$/s.exec(cell);
    const label = columnLabel(index, cell);
    return match === null
      ? { index, name: squeeze(cell), unit: units[index]?.trim() ?? '', label }
      : { index, name: squeeze(match[1] ?? ''), unit: match[2]?.trim() ?? '', label };
  });
}

/**
 * The columns of a header that tell facts: for each fact the first of its names that is there, with a unit that fits,
 * at its first place. `card` is put into the facts' names: 1 makes `gpu.powerW` the second card's.
 */
export function findColumns(columns: readonly ColumnName[], facts: FactNames, card = 0): NumberColumn[] {
  const found: NumberColumn[] = [];
  for (const [fact, names] of Object.entries(facts)) {
    const column = findOne(columns, names, lookUpFact(fact)?.unit ?? '');
    if (column !== null) found.push(numberColumn(column.index, ofCard(fact, card), column, column.label));
  }
  return found;
}

/** A column of numbers in a unit that its header tells. */
export function numberColumn(
  index: number,
  fact: string,
  { scale, offset }: Conversion,
  label: string,
): NumberColumn {
  return { index, fact, label, scale, offset, told: { unit: '', conversion: null } };
}

function findOne(
  columns: readonly ColumnName[],
  names: readonly string[],
  factUnit: string,
): (Conversion & { index: number; label: string }) | null {
  for (const name of names) {
    for (const column of columns) {
      if (column.name !== name) continue;
      const fitting = conversion(column.unit, factUnit);
      if (fitting !== null) return { index: column.index, label: column.label, ...fitting };
    }
  }
  return null;
}

/** The fact of the n-th card, counted from 0. */
export function ofCard(fact: string, card: number): string {
  return card === 0 ? fact : fact.replace(/^gpu\./, `gpu.${card}.`);
}

/**
 * Puts the numbers of a row into `facts`; a missing cell puts nothing, and one that is something else is told to `context`.
 * A unit in a cell is stronger than the header's.
 */
export function readColumns(
  cells: readonly string[],
  columns: readonly NumberColumn[],
  facts: Record<string, FactValue>,
  context: Pick<ImportContext, 'unreadable'>,
): void {
  for (const column of columns) {
    const cell = cells[column.index];
    if (cell === undefined) continue;
    const quantity = readQuantity(cell);
    if (quantity === null) continue;
    // `P8`, `0x4` and the like are no numbers with a unit.
    const fitting = quantity === undefined || quantity.unit === '' ? column : toldIn(column, quantity.unit);
    if (quantity === undefined || fitting === null) context.unreadable(column.fact, column.label, cell);
    else facts[column.fact] = convert(quantity.value, fitting);
  }
}

function toldIn(column: NumberColumn, unit: string): Conversion | null {
  if (column.told.unit !== unit)
    column.told = { unit, conversion: conversion(unit, lookUpFact(column.fact)?.unit ?? '') };
  return column.told.conversion;
}
