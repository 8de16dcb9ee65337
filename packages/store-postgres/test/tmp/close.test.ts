import { PostgresServer } from '../postgres-server.js';
import { openThrowawayStore } from '../throwaway-store.js';
let server: PostgresServer;
beforeAll(async () => {
  server = await PostgresServer.start();
});
afterAll(() => server.dispose());
it('x', async () => {
  const o = await openThrowawayStore(server);
  const { position } = await o.store.changesAfter(null, { limit: 1, waitMs: 0 });
  const w = o.store.changesAfter(position, { limit: 1, waitMs: Infinity }).then(
    () => 'ok',
    (e) => String(e),
  );
  const s = o.store as any;
  void s;
  const t0 = performance.now();
  await o.store.close();
  console.log('close', performance.now() - t0);
  await w;
  console.log('w', performance.now() - t0, await w);
  await o.dispose();
  console.log('dispose', performance.now() - t0, await w);
});
