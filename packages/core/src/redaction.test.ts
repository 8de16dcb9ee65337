import { MemoryStore, type TaskEvent, TaskMonitor } from './index.js';
import { aProcess } from './testing/builders.js';
import { FakeClock } from './testing/index.js';

/** Twelve secrets of different kinds, each found again by its `CANARY`. */
const CANARIES: readonly string[] = [
  'password=CANARY01hunter2',
  'postgres://ingest:CANARY02pw@db/videos',
  'Authorization: Bearer CANARY03abcdef123456',
  `ghp_CANARY04${'a1B2c3D4'.repeat(4)}`,
  `AKIACANARYCANARY0005`,
  `sk-CANARY06${'a1B2c3D4e5'.repeat(4)}`,
  '{"api_key":"CANARY07abc"}',
  'https://b.s3.amazonaws.com/v?X-Amz-Signature=CANARY08abcdef&x=1',
  `eyJhbGciOiJIUzI1NiJ9.eyJDQU5BUlkwOSI6MX0.CANARY09x`,
  '-----BEGIN PRIVATE KEY-----\nCANARY10MIIEvQIBADANBgkq\n-----END PRIVATE KEY-----',
  'worker --token CANARY11abc123',
  `SG.CANARY12a1B2c3D4e5F6.${'a1B2c3D4e5'.repeat(4)}`,
];
const ALL = CANARIES.join('\n');
const METADATA = {
  password: 'CANARY13',
  nested: [{ apiKey: 'CANARY14', deep: { secret: { any: 'CANARY15' } } }],
  text: ALL,
  [`key ${CANARIES[3] ?? ''}`]: new Map([['token', 'CANARY16']]),
};
const COMMAND = ['worker', '--token', 'CANARY17', 'DB_PASSWORD=CANARY18 x', ...CANARIES];
const KEY_LINES = ['-----BEGIN PRIVATE KEY-----', 'CANARY19MIIEvQIBADANBgkq', 'CANARY20=='];

class CanaryError extends Error {
  override readonly name = CANARIES[0] as string;
  readonly code = 'E_CANARY';
}
const anError = (): Error =>
  new CanaryError(ALL, { cause: new Error(ALL, { cause: { message: ALL } }) });

describe('redaction', () => {
  it('keeps planted secrets out of the store, the events, the answers and the warnings', async () => {
    const seen: unknown[] = [];
    const warnings: unknown[] = [];
    const emitWarning = process.emitWarning.bind(process);
    process.emitWarning = (...args: unknown[]) => void warnings.push(args);
    const store = new MemoryStore();
    const { position } = await store.changesAfter(null, { limit: 0, waitMs: 0 });
    const monitor = new TaskMonitor({ store, captureStacks: true, closeStore: false });
    const watching = (async () => {
      const events: TaskEvent[] = [];
      for await (const event of monitor.watch()) events.push(event);
      return events;
    })();

    const registered = (): Promise<string> =>
      monitor
        .register({
          type: CANARIES[0] as string,
          name: ALL.slice(0, 200),
          command: COMMAND,
          metadata: METADATA,
          tags: CANARIES.slice(0, 3),
        })
        .then(({ id }) => id);
    const running = async (): Promise<string> => {
      const id = await registered();
      seen.push(await monitor.start(id));
      return id;
    };

    const completed = await running();
    seen.push(await monitor.progress(completed, ALL));
    seen.push(await monitor.progress(completed, { message: ALL, unit: CANARIES[0] as string }));
    await monitor.log(completed, CANARIES);
    for (const line of KEY_LINES) await monitor.log(completed, { text: line, stream: 'stderr' });
    await monitor.log(completed, [
      { text: '-----END PRIVATE KEY-----', stream: 'stderr' },
      'after',
    ]);
    seen.push(await monitor.complete(completed, { progress: ALL, result: { ...METADATA, ALL } }));

    const failed = await running();
    seen.push(await monitor.fail(failed, anError()));
    const thrown = await running();
    seen.push(await monitor.fail(thrown, { password: 'CANARY21', at: { secret: ['CANARY22'] } }));
    const cancelled = await running();
    seen.push(await monitor.cancel(cancelled, { reason: ALL, by: CANARIES[1] as string }));
    seen.push(await monitor.fail(cancelled, anError()));

    const run = await monitor.run({ command: COMMAND, metadata: METADATA }, async (context) => {
      await context.progress(ALL);
      await context.log(KEY_LINES);
      await context.log(KEY_LINES.slice(1));
      await context.reportProcess(aProcess({ signal: CANARIES[0] as string }));
      return METADATA;
    });
    seen.push(await run.recorded);
    const loop: Record<string, unknown> = {};
    loop[CANARIES[3] as string] = loop;
    seen.push(await (await monitor.run({}, () => loop)).recorded);
    const rejecting = await monitor.run({}, () => Promise.reject(anError()));
    seen.push(await rejecting.recorded);
    const caller = new AbortController();
    const aborted = await monitor.run(
      { signal: caller.signal },
      ({ signal }) =>
        new Promise((_, reject) => {
          signal.addEventListener('abort', () => reject(signal.reason as Error));
          caller.abort(new Error(ALL));
        }),
    );
    seen.push(await aborted.recorded);
    await monitor.close();

    const troubled = new TaskMonitor({ store: failing(store) });
    const lost = await troubled.run({}, (context) => context.progress('x'));
    await lost.recorded.catch(() => {});
    await troubled.close().catch(() => {});
    process.emitWarning = emitWarning;

    const ids = (await store.list({ filter: {}, limit: 1_000, order: 'newest', after: null }))
      .tasks;
    const outputs = await Promise.all(ids.map(({ id }) => store.output(id, 0)));
    const changes = await store.changesAfter(position, { limit: 1_000, waitMs: 0 });
    const events = await watching;
    expect(events.length).toBeGreaterThan(20);
    expect(warnings.length).toBeGreaterThan(0);
    for (const dump of [seen, ids, outputs, changes, events, warnings]) {
      const text = JSON.stringify(dump);
      expect(text.match(/.{0,40}CANARY.{0,20}/g)).toBeNull();
      expect(text).toContain('[Redacted]');
    }
    const lines = outputs.flatMap((output) => output?.lines ?? []).map((line) => line.text);
    expect(lines).toContain('-----END PRIVATE KEY-----');
    expect(lines).toContain('after');
    await store.close();
  });

  it('escapes what a terminal would obey in the warning', async () => {
    const warnings: unknown[] = [];
    const emitWarning = process.emitWarning.bind(process);
    process.emitWarning = (...args: unknown[]) => void warnings.push(args[0]);
    const clock = new FakeClock();
    const store = new MemoryStore({ clock });
    store.progress = () =>
      Promise.reject(new Error('\u001b[2J\u202egone\r\npassword=hunter2 \u009b5m'));
    const monitor = new TaskMonitor({ store, clock });
    const run = await monitor.run({ id: 'task-1' }, (context) => context.progress('x'));
    await run.finished;
    await monitor.close();
    process.emitWarning = emitWarning;
    expect(warnings).toEqual([
      'While a report of task "task-1": \\x1b[2J\\u{202e}gone\\x0d\\x0apassword=[Redacted] \\x9b5m',
    ]);
  });

  it('keeps a censor, and tells, where a function of the user fails', async () => {
    const told: string[] = [];
    const monitor = new TaskMonitor({
      redact: {
        replace: () => {
          throw new Error('out of order');
        },
      },
      onError: (error, where) => told.push(`${where}: ${(error as Error).message}`),
    });
    const { id, metadata } = await monitor.register({ metadata: { note: 'raw' } });
    expect(metadata).toEqual({ '[RedactionFailed]': '[RedactionFailed]' });
    await monitor.start(id);
    const { progress } = await monitor.progress(id, 'raw');
    expect(progress?.message).toBe('[RedactionFailed]');
    expect(told).toContain('redacting metadata: out of order');
    expect(told).toContain('redacting progress: out of order');
    await monitor.close();
  });
});

/** Says secrets in the troubles that it reports. */
function failing(store: MemoryStore): MemoryStore {
  return new Proxy(store, {
    get: (target, name) => {
      if (name === 'progress' || name === 'close')
        return () => Promise.reject(new Error(`the database said: ${ALL}`));
      const value: unknown = Reflect.get(target, name);
      return typeof value === 'function' ? (value.bind(target) as unknown) : value;
    },
  });
}
