import { describe, expect, it } from '@jest/globals';
import { TaskMonitor } from '@task-monitor/core';
import { serve, VERSIONS } from './served.js';

/** Each is found again by its `CANARY`. */
const SECRETS: readonly string[] = [
  'password=CANARY01hunter2',
  'postgres://ingest:CANARY02pw@db/videos',
  'Authorization: Bearer CANARY03abcdef123456',
  `ghp_CANARY04${'a1B2c3D4'.repeat(4)}`,
  'AKIACANARYCANARY0005',
  `sk-CANARY06${'a1B2c3D4e5'.repeat(4)}`,
  '{"api_key":"CANARY07abc"}',
  'https://b.s3.amazonaws.com/v?X-Amz-Signature=CANARY08abcdef&x=1',
  'eyJhbGciOiJIUzI1NiJ9.eyJDQU5BUlkwOSI6MX0.CANARY09x',
  '-----BEGIN PRIVATE KEY-----\nCANARY10MIIEvQIBADANBgkq\n-----END PRIVATE KEY-----',
];
const ALL = SECRETS.join('\n');

/** A task of every status, with secrets wherever a text may be. */
async function withSecrets(): Promise<TaskMonitor> {
  const monitor = new TaskMonitor({ captureStacks: true });
  for (const id of ['task-1', 'task-2', 'task-3', 'task-4', 'task-5']) {
    await monitor.register({
      id,
      type: 'ingest',
      name: SECRETS[0] as string,
      command: ['worker', '--token', 'CANARY11', ...SECRETS],
      metadata: { apiKey: 'CANARY12', text: ALL, nested: [{ secret: { deep: 'CANARY13' } }] },
      tags: [SECRETS[0] as string],
    });
    if (id === 'task-1') continue;
    await monitor.start(id);
    await monitor.progress(id, ALL);
    await monitor.log(id, SECRETS);
  }
  await monitor.complete('task-3', { progress: ALL, result: { password: 'CANARY14', ALL } });
  await monitor.fail('task-4', new Error(ALL, { cause: new Error(ALL) }));
  await monitor.cancel('task-5', { reason: ALL, by: SECRETS[0] as string });
  return monitor;
}

describe.each(VERSIONS)('secrets: %s', (_, makeApp) => {
  it('are in no answer', async () => {
    const monitor = await withSecrets();
    const client = await serve(makeApp, monitor);
    const paths = ['/all', '/running', '/pending', '/stats', '/count/running'];
    for (const id of ['task-1', 'task-2', 'task-3', 'task-4', 'task-5']) paths.push(`/${id}`);
    for (const path of paths) {
      const reply = await client.get(path);
      expect(reply.status).toBe(200);
      expect(reply.body).not.toContain('CANARY');
      if (!/stats|count/.test(path)) expect(reply.body).toContain('[Redacted]');
    }
    expect((await client.delete('/cleanup?days=0')).body).not.toContain('CANARY');
    await monitor.close();
  });
});
