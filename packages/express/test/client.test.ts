import { describe, expect, it } from '@jest/globals';
import { TaskMonitor } from '@task-monitor/core';
import { EventStream } from './event-stream.js';
import { clientOf, listen, serve, VERSIONS } from './served.js';

describe.each(VERSIONS)('Client: %s', (_, makeApp) => {
  it('rejects an answer that the OpenAPI document does not have', async () => {
    const monitor = new TaskMonitor();
    monitor.count = () => Promise.resolve(-1);
    const client = await serve(makeApp, monitor);
    await expect(client.get('/count/running')).rejects.toThrow('body/running_tasks must be >= 0');
    await monitor.close();
  });
});

describe('Client', () => {
  it('looks at nothing outside of the mounts', async () => {
    const client = await clientOf((_req, res) => res.end('hello'), '', ['/tasks']);
    expect((await client.get('/tasksstats')).body).toBe('hello');
    await expect(client.get('/tasks/stats')).rejects.toThrow('the type undefined is not declared');
  });
});

describe('EventStream', () => {
  const streamOf = async (text: string, type: string): Promise<EventStream> => {
    const port = await listen((_req, res) => {
      res.writeHead(200, { 'Content-Type': type });
      res.end(text);
    });
    return EventStream.open(port, '/tasks/events');
  };

  it('rejects an event that the OpenAPI document does not have', async () => {
    const stream = await streamOf(
      'event: task.removed\ndata: {"ids":[1]}\n\n',
      'text/event-stream',
    );
    await expect(stream.next()).rejects.toThrow('body/data/ids/0 must be string');
  });

  it('rejects an answer that the OpenAPI document does not have', async () => {
    await expect(streamOf('hello', 'text/html')).rejects.toThrow('text/html is not declared');
  });
});
