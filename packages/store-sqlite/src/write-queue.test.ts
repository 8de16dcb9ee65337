import { pauseMs, type Transactions, WriteQueue } from './write-queue.js';

/** A database that notes what was done together, and is locked as often as it is told. */
class Database implements Transactions {
  readonly transactions: string[][] = [];
  readonly #done: string[] = [];
  locked = 0;
  /** Passes when a test says so, and with every lock that is met. */
  ms = 0;

  transact<T>(body: () => T): T {
    if (this.locked > 0) {
      this.locked--;
      this.ms += 10;
      throw new Error('locked');
    }
    this.#done.length = 0;
    const answer = body();
    this.transactions.push([...this.#done]);
    return answer;
  }

  write(name: string): () => string {
    return () => {
      if (name.startsWith('bad')) throw new Error(`no room for ${name}`);
      this.#done.push(name);
      return name;
    };
  }

  isBusy(error: unknown): boolean {
    return (error as Error).message === 'locked';
  }

  told(error: unknown): unknown {
    return error;
  }

  lockedOut(): unknown {
    return new Error('locked out');
  }
}

describe('WriteQueue', () => {
  let database: Database;
  let queue: WriteQueue;
  beforeEach(() => {
    database = new Database();
    queue = new WriteQueue(database, 1_000, () => database.ms);
  });
  const add = (name: string): Promise<string> => queue.add(database.write(name));

  it('does what is asked for at once in one transaction, in order, and answers each', async () => {
    expect(await Promise.all(['a', 'b', 'c'].map(add))).toEqual(['a', 'b', 'c']);
    expect(database.transactions).toEqual([['a', 'b', 'c']]);
  });

  it('keeps callers together that were answered together', async () => {
    await Promise.all(
      ['a', 'b', 'c'].map(async (name) => {
        for (let times = 1; times <= 3; times++) await add(`${name}${times}`);
      }),
    );
    expect(database.transactions).toEqual([
      ['a1', 'b1', 'c1'],
      ['a2', 'b2', 'c2'],
      ['a3', 'b3', 'c3'],
    ]);
  });

  it('lets a call that fails spoil none of the others', async () => {
    const answers = await Promise.allSettled(['a', 'bad-1', 'b', 'bad-2'].map(add));
    expect(answers).toEqual([
      { status: 'fulfilled', value: 'a' },
      { status: 'rejected', reason: new Error('no room for bad-1') },
      { status: 'fulfilled', value: 'b' },
      { status: 'rejected', reason: new Error('no room for bad-2') },
    ]);
    expect(database.transactions).toEqual([['a'], ['b']]);
    await Promise.all(['c', 'd'].map(add));
    expect(database.transactions.at(-1)).toEqual(['c', 'd']);
  });

  it('puts no more than 200 calls into a transaction', async () => {
    await Promise.all(Array.from({ length: 450 }, (_, index) => add(`${index}`)));
    expect(database.transactions.map((calls) => calls.length)).toEqual([200, 200, 50]);
  });

  it('ends a transaction that takes long, and goes on with the rest later', async () => {
    const slow = (name: string) => (): void => {
      database.ms += 15;
      database.write(name)();
    };
    const turns = countTurns();
    await Promise.all(['a', 'b', 'c', 'd', 'e', 'f'].map((name) => queue.add(slow(name))));
    expect(database.transactions).toEqual([
      ['a', 'b'],
      ['c', 'd'],
      ['e', 'f'],
    ]);
    expect(turns.end()).toBeGreaterThanOrEqual(2);
  });

  it('leaves turns of the event loop to others while one caller writes all the time', async () => {
    const turns = countTurns();
    for (let writes = 0; writes < 100; writes++) {
      database.ms += 1;
      await add('a');
    }
    expect(turns.end()).toBeGreaterThanOrEqual(8);
  });

  it('waits for a lock, and does everything when it is free', async () => {
    database.locked = 5;
    expect(await Promise.all(['a', 'b'].map(add))).toEqual(['a', 'b']);
    expect(database.transactions).toEqual([['a', 'b']]);
  });

  it('takes up what is asked for while it waits for a lock', async () => {
    database.locked = 1;
    const first = add('a');
    await Promise.resolve();
    const second = add('b');
    expect(await Promise.all([first, second])).toEqual(['a', 'b']);
    expect(database.transactions).toEqual([['a', 'b']]);
  });

  it('gives up when a lock is held longer than a call may wait', async () => {
    database.locked = Infinity;
    queue = new WriteQueue(database, 30, () => database.ms);
    await expect(add('a')).rejects.toThrow('locked out');
    database.locked = 0;
    expect(await add('b')).toBe('b');
  });

  it('does what is left when it is closed, and rejects what is locked out', async () => {
    const done = add('a');
    queue.close(new Error('closed'));
    expect(await done).toBe('a');
    database.locked = Infinity;
    const refused = add('b');
    queue.close(new Error('closed'));
    await expect(refused).rejects.toThrow('closed');
  });
});

/** Counts the turns of the event loop, until it is asked for them. */
function countTurns(): { end(): number } {
  let turns = 0;
  let next: NodeJS.Immediate;
  const count = (): void => {
    turns++;
    next = setImmediate(count);
  };
  next = setImmediate(count);
  return {
    end: () => {
      clearImmediate(next);
      return turns;
    },
  };
}

describe('pauseMs', () => {
  it('is short at first, and never long', () => {
    for (let round = 0; round < 100; round++) {
      expect(pauseMs(0)).toBeLessThan(2.1);
      expect(pauseMs(50)).toBeLessThan(26);
      expect(pauseMs(50)).toBeGreaterThanOrEqual(1);
    }
  });
});
