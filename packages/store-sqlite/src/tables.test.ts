import { aTask } from '../test/fill.js';
import { migrated } from '../test/migrated.js';
import type { Connection } from './connection.js';
import { Tables } from './tables.js';

/** Tables of a few rows, whatever the store holds: those may be gone through. */
const SMALL = /^SCAN (store|leases|writers)\b/;

describe('every statement of the store', () => {
  it('finds its rows by an index', async () => {
    const statements = new Set<string>();
    const connection = await migrated((database) => ({
      exec: (sql) => database.exec(sql),
      close: () => database.close(),
      prepare: (sql) => {
        statements.add(sql);
        return database.prepare(sql);
      },
    }));
    useAll(new Tables(connection, { keptChanges: 5, now: () => 0 }), connection);
    const looked: string[] = [];
    for (const sql of statements) {
      if (!/^\s*(SELECT|UPDATE|DELETE)/.test(sql)) continue;
      looked.push(sql);
      const values = [...sql].filter((letter) => letter === '?').map(() => 1);
      for (const { detail } of connection.all<{ detail: string }>(
        `EXPLAIN QUERY PLAN ${sql}`,
        ...values,
      )) {
        const isFine = SMALL.test(detail) || !/^SCAN|TEMP B-TREE/.test(detail) || isOneRow(sql);
        expect({ sql, detail, isFine }).toMatchObject({ isFine: true });
      }
    }
    expect(looked.length).toBeGreaterThan(25);
    connection.close();
  });
});

describe('a transaction that did not happen', () => {
  it('leaves nothing in memory', async () => {
    const connection = await migrated();
    const tables = new Tables(connection, { keptChanges: 5, now: () => 0 });
    const operation = (sequence: number) => ({ writer: 'monitor-1', sequence });
    const create = (id: string, sequence: number) =>
      tables.create({ task: aTask(id), idempotencyKey: null, operation: operation(sequence) });
    const start = (id: string, sequence: number) =>
      tables.transition(id, {
        from: ['pending'],
        owner: null,
        set: { status: 'running', startedAt: 600 },
        operation: operation(sequence),
      });
    const write = <T>(body: () => T, isLost = false): T | null => {
      try {
        return connection.write(() => {
          tables.begin();
          const answer = body();
          tables.settle();
          if (isLost) throw new Error('The disk is full.');
          return answer;
        });
      } catch {
        tables.takenBack();
        return null;
      } finally {
        tables.over();
      }
    };
    write(() => create('task-1', 1));
    write(() => [start('task-1', 2), create('task-2', 3)], true);
    expect(write(() => start('task-2', 4))?.outcome).toBe('missing');
    expect(write(() => start('task-1', 2))).toMatchObject({
      outcome: 'applied',
      task: { version: 2, status: 'running' },
    });
    expect(write(() => create('task-3', 3))?.task?.number).toBe(2);
    expect(tables.positionOfNow()).toMatch(/\.3$/);
    connection.close();
  });
});

/** The first or last of an index is one step, which SQLite calls a scan. */
function isOneRow(sql: string): boolean {
  return /min\(|ORDER BY (position|number) DESC LIMIT 1$|ORDER BY number DESC LIMIT \?/.test(sql);
}

function useAll(tables: Tables, connection: Connection): void {
  let sequence = 0;
  const operation = (): { writer: string; sequence: number } => ({
    writer: 'monitor-1',
    sequence: ++sequence,
  });
  const owner = { id: 'owner-1', host: 'ingest-3', pid: 4711 };
  const write = (body: () => void): void => {
    connection.write(() => {
      tables.begin();
      body();
      tables.settle();
    });
    tables.over();
  };
  const lines = Array.from({ length: 250 }, () => ({ stream: 'log', text: 'a', at: 1 }) as const);
  write(() => {
    for (const id of ['task-1', 'task-2', 'task-3', 'task-4']) {
      tables.create({ task: aTask(id, { owner }), idempotencyKey: id, operation: operation() });
      const set = { status: 'running', startedAt: 5 } as const;
      tables.transition(id, { from: ['pending'], owner: null, set, operation: operation() });
      tables.progress(id, { update: { percent: 5 }, at: 6, owner: null, operation: operation() });
      tables.appendOutput(id, { lines, operation: operation() });
      tables.appendOutput(id, { lines: lines.slice(0, 5), operation: operation() });
    }
    const cancel = {
      requestedAt: 7,
      reason: null,
      requestedBy: null,
      acknowledgedAt: null,
      forced: false,
    };
    tables.requestCancel('task-4', { cancel, operation: operation() });
  });
  write(() => {
    for (const id of ['task-1', 'task-2']) {
      const set = { status: 'completed', completedAt: 8 } as const;
      tables.transition(id, { from: ['running'], owner: null, set, operation: operation() });
    }
    tables.remove('task-1');
    tables.prune({
      completedBefore: 9,
      keepFinished: 5,
      filter: {},
      limit: 5,
      operation: operation(),
    });
    tables.renewLease({ owner, bootId: '1', pidStart: '1', durationMs: 5, renew: false });
    const error = { code: 'ORPHANED', message: '', name: null, stack: null } as const;
    tables.expireLeases({
      dead: ['owner-1'],
      expired: true,
      gapMs: 5,
      graceMs: 0,
      error,
      endedBy: { cause: 'orphaned', monitor: 'monitor-1' },
      at: 9,
      limit: 5,
      operation: operation(),
    });
    tables.releaseLease('owner-1');
  });
  write(() => {
    for (let made = 5; made < 20; made++)
      tables.create({
        task: aTask(`task-${made}`),
        idempotencyKey: null,
        operation: operation(),
      });
  });
  tables.get('task-3');
  tables.readOutput('task-3', 0);
  tables.list({ filter: {}, order: 'newest', after: null, limit: 5 });
  tables.list({ filter: {}, order: 'oldest', after: 3, limit: 5 });
  tables.changesAfter(tables.positionOfNow(), 5);
}
