import fc from 'fast-check';
import { OrderedList } from './ordered-list.js';

interface Item {
  readonly rank: number;
}

const byRank = (a: Item, b: Item): number => a.rank - b.rank;
const never = (): boolean => false;
const always = (): boolean => true;
const listOf = (...ranks: readonly number[]): OrderedList<Item> => {
  const list = new OrderedList(byRank);
  for (const rank of ranks) list.add({ rank });
  return list;
};
const ranks = (items: Iterable<Item>): readonly number[] => [...items].map(({ rank }) => rank);

describe('OrderedList', () => {
  it('reads in order, whatever the order of adding', () => {
    const list = listOf(30, 10, 20);
    expect(ranks(list.ascending(never))).toEqual([10, 20, 30]);
    expect(ranks(list.descending(always))).toEqual([30, 20, 10]);
    expect([list.first, list.second]).toEqual([{ rank: 10 }, { rank: 20 }]);
    expect(list.length).toBe(3);
  });

  it('reads on from any place, whether an item is there or not', () => {
    const list = listOf(10, 20, 30);
    expect(ranks(list.ascending(({ rank }) => rank <= 10))).toEqual([20, 30]);
    expect(ranks(list.ascending(({ rank }) => rank < 15))).toEqual([20, 30]);
    expect(ranks(list.ascending(({ rank }) => rank < 99))).toEqual([]);
    expect(ranks(list.descending(({ rank }) => rank < 30))).toEqual([20, 10]);
    expect(ranks(list.descending(({ rank }) => rank < 25))).toEqual([20, 10]);
    expect(ranks(list.descending(({ rank }) => rank < 5))).toEqual([]);
  });

  it('is empty before the first and after the last', () => {
    const list = listOf();
    expect([list.length, list.first]).toEqual([0, undefined]);
    expect(ranks(list.ascending(never))).toEqual([]);
    expect(ranks(list.descending(always))).toEqual([]);
    const item = { rank: 1 };
    list.add(item);
    list.delete(item);
    expect([list.length, list.first]).toEqual([0, undefined]);
  });

  it('takes no other item for the one to delete', () => {
    const list = listOf(10, 20);
    list.delete({ rank: 10 });
    list.delete({ rank: 15 });
    list.delete({ rank: 99 });
    expect(ranks(list.ascending(never))).toEqual([10, 20]);
    expect(list.length).toBe(2);
  });

  it('stays in order over many chunks, filled from both ends and the middle', () => {
    const list = new OrderedList(byRank);
    const items = Array.from({ length: 20_000 }, (_, index) => ({
      rank: (index * 7_919) % 20_000,
    }));
    for (const item of items) list.add(item);
    expect(ranks(list.ascending(never))).toEqual(Array.from({ length: 20_000 }, (_, rank) => rank));
    for (const item of items) if (item.rank % 3 !== 0) list.delete(item);
    expect(list.length).toBe(6_667);
    expect(ranks(list.descending(({ rank }) => rank <= 30))).toEqual([
      30, 27, 24, 21, 18, 15, 12, 9, 6, 3, 0,
    ]);
    expect(list.first).toEqual({ rank: 0 });
  });

  it('is a sorted array, whatever is done to it', () => {
    const step = fc.oneof(
      {
        weight: 4,
        arbitrary: fc.record({ act: fc.constant('add' as const), rank: fc.nat(5_000) }),
      },
      {
        weight: 2,
        arbitrary: fc.record({ act: fc.constant('delete' as const), rank: fc.nat(5_000) }),
      },
      {
        weight: 1,
        arbitrary: fc.record({ act: fc.constant('deleteFirst' as const), rank: fc.nat(700) }),
      },
      {
        weight: 1,
        arbitrary: fc.record({ act: fc.constant('addRun' as const), rank: fc.nat(5_000) }),
      },
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), fc.nat(5_000), (steps, place) => {
        const list = new OrderedList(byRank);
        const model = new Map<number, Item>();
        const add = (rank: number): void => {
          if (model.has(rank)) return;
          const item = { rank };
          model.set(rank, item);
          list.add(item);
        };
        const remove = (item: Item | undefined): void => {
          if (item === undefined) return;
          model.delete(item.rank);
          list.delete(item);
        };
        for (const { act, rank } of steps) {
          if (act === 'add') add(rank);
          else if (act === 'delete') remove(model.get(rank));
          else if (act === 'addRun') for (let next = rank; next < rank + 700; next++) add(next);
          else for (let count = 0; count < rank; count++) remove(list.first);
        }
        const sorted = [...model.keys()].sort((a, b) => a - b);
        expect(list.length).toBe(sorted.length);
        expect([list.first?.rank, list.second?.rank]).toEqual([sorted[0], sorted[1]]);
        expect(ranks(list.ascending(({ rank }) => rank < place))).toEqual(
          sorted.filter((rank) => rank >= place),
        );
        expect(ranks(list.descending(({ rank }) => rank < place))).toEqual(
          sorted.filter((rank) => rank < place).reverse(),
        );
      }),
      { numRuns: 500 },
    );
  });
});
