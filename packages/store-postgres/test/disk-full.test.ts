import { randomBytes } from 'node:crypto';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { isTaskMonitorError } from '@task-monitor/core';
import { PostgresServer } from './postgres-server.js';
import { SmallDisk, wayToMount } from './small-disk.js';
import { openThrowawayStore } from './throwaway-store.js';
import { aNewTask, Writer } from './writes.js';

const NEEDS =
  'needs Linux that lets users have namespaces: sysctl kernel.unprivileged_userns_clone=1';

const itWithSmallDisk = wayToMount() !== null || process.env.CI ? it : it.skip;

const MIB = 1024 * 1024;

describe(`a disk of the server that runs full (${NEEDS})`, () => {
  const parent = mkdtempSync(path.join(tmpdir(), 'task-monitor-disk-'));
  beforeAll(() => chmodSync(parent, 0o755));
  afterAll(() => rmSync(parent, { recursive: true, force: true }));

  itWithSmallDisk(
    'refuses writes with STORE_FULL, still reads, loses nothing, and goes on when there is room',
    async () => {
      const disk = new SmallDisk(path.join(parent, 'disk'), 16 * MIB, 8 * MIB);
      const server = await PostgresServer.start({}, disk);
      const database = await server.createDatabase();
      await server.query(`CREATE TABLESPACE small LOCATION '${disk.folder}/space'`);
      await server.query(`ALTER DATABASE ${database} SET default_tablespace = small`);
      const connectionString = server.connectionString(database);
      const { store, close } = await openThrowawayStore(server, { connectionString });
      const writer = new Writer(store, 'monitor-1');
      const answered: string[] = [];
      let made = 0;
      const create = async (): Promise<string> => {
        const id = `task-${++made}`;
        // Of what cannot be compressed: it takes as much of the disk as it is long.
        const task = aNewTask({ id, metadata: { text: randomBytes(24_000).toString('base64') } });
        const request = { task, idempotencyKey: null, operation: writer.operation() };
        const { outcome } = await store.create(request);
        answered.push(id);
        return outcome;
      };
      const codes = new Set<unknown>();
      const refusals: unknown[] = [];
      while (refusals.length < 20)
        for (const answer of await Promise.allSettled([create(), create(), create()]))
          if (answer.status === 'rejected') refusals.push(answer.reason);
      for (const error of refusals) codes.add(isTaskMonitorError(error) ? error.code : error);
      expect([...codes]).toEqual(['STORE_FULL']);
      expect((refusals[0] as Error).message).toContain('No space left on device');

      expect(answered.length).toBeGreaterThan(10);
      expect(await store.get('task-1')).toMatchObject({ id: 'task-1', status: 'pending' });
      const page = { filter: {}, order: 'newest', after: null, limit: 1_000 } as const;
      expect((await store.list(page)).tasks).toHaveLength(answered.length);
      expect(await store.counts({})).toMatchObject({ pending: answered.length });

      await server.query(
        `COPY (SELECT 1) TO PROGRAM 'cat > /dev/null; rm "${disk.folder}/ballast"'`,
      );
      const since = performance.now();
      while ((await create().catch(() => 'refused')) !== 'applied')
        expect(performance.now() - since).toBeLessThan(60_000);
      for (const id of answered) expect(await store.get(id)).toMatchObject({ id });
      expect(await store.counts({})).toMatchObject({ pending: answered.length });
      const { counted, recounted } = await store.audit();
      expect(recounted).toEqual(counted);
      await close();
      await server.dispose();
    },
    240_000,
  );
});
