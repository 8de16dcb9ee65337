/**
 * Items in a fixed order, in chunks: adding, removing and finding a place cost O(log n) comparisons and the move of at
 * most one chunk, reading on from there nothing but the items read. Adding at the end and removing at the front, which is
 * what tasks mostly do, are cheaper still. Eight bytes an item.
 */
export class OrderedList<T> {
  readonly #compare: (a: T, b: T) => number;
  readonly #chunks: T[][] = [];
  #length = 0;

  /** `compare` as for `Array.sort`, never 0 for two different items. */
  constructor(compare: (a: T, b: T) => number) {
    this.#compare = compare;
  }

  get length(): number {
    return this.#length;
  }

  get first(): T | undefined {
    return this.#chunks[0]?.[0];
  }

  get second(): T | undefined {
    return this.#chunks[0]?.[1] ?? this.#chunks[1]?.[0];
  }

  /** The items in order, in pieces; not to be kept. */
  get pieces(): readonly (readonly T[])[] {
    return this.#chunks;
  }

  /** The items in order, as they are now, in pieces. Eight bytes an item. */
  copy(): readonly (readonly T[])[] {
    return this.#chunks.map((chunk) => chunk.slice());
  }

  add(item: T): void {
    this.#length++;
    const chunks = this.#chunks;
    const last = chunks[chunks.length - 1];
    if (
      last === undefined ||
      last.length === 0 ||
      this.#compare(last[last.length - 1] as T, item) < 0
    ) {
      if (last === undefined || last.length >= CHUNK) chunks.push([item]);
      else last.push(item);
      return;
    }
    const at = this.#chunkOf((other) => this.#compare(other, item) < 0);
    const chunk = chunks[at] as T[];
    chunk.splice(
      partition(chunk, (other) => this.#compare(other, item) < 0),
      0,
      item,
    );
    if (chunk.length > 2 * CHUNK) chunks.splice(at + 1, 0, chunk.splice(CHUNK));
  }

  delete(item: T): void {
    const at =
      this.#chunks[0]?.[0] === item ? 0 : this.#chunkOf((other) => this.#compare(other, item) < 0);
    const chunk = this.#chunks[at];
    if (chunk === undefined) return;
    const index =
      chunk[0] === item ? 0 : partition(chunk, (other) => this.#compare(other, item) < 0);
    if (chunk[index] !== item) return;
    this.#length--;
    // The last chunk stays, empty: a list that has one item now and then would make a new one each time.
    if (chunk.length === 1 && this.#chunks.length > 1) this.#chunks.splice(at, 1);
    else if (index === chunk.length - 1) chunk.pop();
    else if (index === 0) chunk.shift();
    else chunk.splice(index, 1);
  }

  /** The items for which `isBefore` is false, in order; `isBefore` is true for a first part of the list only. */
  *ascending(isBefore: (item: T) => boolean): Generator<T, void> {
    const chunks = this.#chunks;
    let at = this.#chunkOf(isBefore);
    let index = partition(chunks[at] ?? [], isBefore);
    for (; at < chunks.length; at++, index = 0) {
      const chunk = chunks[at] as T[];
      for (; index < chunk.length; index++) yield chunk[index] as T;
    }
  }

  /** The items for which `isBefore` is true, the last one first; `isBefore` is true for a first part of the list only. */
  *descending(isBefore: (item: T) => boolean): Generator<T, void> {
    const chunks = this.#chunks;
    let at = Math.min(this.#chunkOf(isBefore), chunks.length - 1);
    let index = partition(chunks[at] ?? [], isBefore) - 1;
    for (; at >= 0; at--, index = (chunks[at]?.length ?? 0) - 1) {
      const chunk = chunks[at] as T[];
      for (; index >= 0; index--) yield chunk[index] as T;
    }
  }

  /** Index of the first chunk whose last item is not before; the number of chunks if there is none. */
  #chunkOf(isBefore: (item: T) => boolean): number {
    return partition(
      this.#chunks,
      (chunk) => chunk.length > 0 && isBefore(chunk[chunk.length - 1] as T),
    );
  }
}

/** 512 pointers are one 4 KiB page: a removal in the middle moves at most that much. */
const CHUNK = 512;

/** How many leading items satisfy `isBefore`, by binary search. */
function partition<T>(items: readonly T[], isBefore: (item: T) => boolean): number {
  let low = 0;
  let high = items.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (isBefore(items[middle] as T)) low = middle + 1;
    else high = middle;
  }
  return low;
}
