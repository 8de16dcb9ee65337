import { migrated } from '../test/migrated.js';
import type { Connection } from './connection.js';
import { Operations } from './operations.js';

describe('Operations', () => {
  let connection: Connection;
  let operations: Operations;
  beforeEach(async () => {
    connection = await migrated();
    operations = new Operations(connection);
  });
  afterEach(() => connection.close());
  const write = (body: () => void): void => {
    connection.write(body);
    operations.forget();
  };

  it('remembers the last thousand of each writer, whatever others wrote', () => {
    write(() => {
      for (let sequence = 1; sequence <= 1_000; sequence++)
        operations.add({ writer: 'quiet', sequence }, sequence);
      for (let sequence = 1; sequence <= 5_000; sequence++)
        operations.add({ writer: 'busy', sequence }, 1_000 + sequence);
    });
    for (const sequence of [1, 500, 1_000])
      expect(operations.has({ writer: 'quiet', sequence })).toBe(true);
    for (const sequence of [4_001, 5_000])
      expect(operations.has({ writer: 'busy', sequence })).toBe(true);
    for (const sequence of [0, 1, 3_000, 5_001])
      expect(operations.has({ writer: 'busy', sequence })).toBe(false);
    expect(operations.has({ writer: 'nobody', sequence: 1 })).toBe(false);
    expect(rowsOf('operations')).toBeLessThanOrEqual(2 * 1_024);
  });

  it('forgets the writers that wrote longest ago, beyond a thousand', () => {
    write(() => {
      for (let writer = 1; writer <= 1_500; writer++) {
        operations.add({ writer: `monitor-${writer}`, sequence: 7 }, 1_000 * writer);
        operations.add({ writer: 'the first', sequence: writer }, 1_000 * writer);
      }
    });
    expect(rowsOf('writers')).toBe(1_000);
    expect(operations.has({ writer: 'monitor-1500', sequence: 7 })).toBe(true);
    expect(operations.has({ writer: 'monitor-600', sequence: 7 })).toBe(true);
    expect(operations.has({ writer: 'monitor-400', sequence: 7 })).toBe(false);
    expect(operations.has({ writer: 'the first', sequence: 1_500 })).toBe(true);
    expect(rowsOf('operations')).toBeLessThanOrEqual(1_000 + 1_024);
  });

  function rowsOf(table: string): number {
    return connection.get<{ count: number }>(`SELECT count(*) AS count FROM ${table}`)?.count ?? -1;
  }
});
