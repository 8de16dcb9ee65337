import type { Operation } from '@task-monitor/core';

/** As `001_tables.sql` has it. A number of JavaScript has 31 bits that it can calculate with and stay positive. */
const BITS = 30;

const SLOTS = 64;

export interface OperationPlace {
  readonly slot: number;
  readonly block: number;
  readonly bit: number;
}

/** Where it is remembered that a write was done. */
export function placeOfOperation({ sequence }: Operation): OperationPlace {
  const block = Math.floor(sequence / BITS);
  return { slot: block % SLOTS, block, bit: 1 << (sequence % BITS) };
}

export function operationKey(writer: string, block: number): string {
  return `${block} ${writer}`;
}
