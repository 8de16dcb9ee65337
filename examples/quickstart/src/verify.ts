import { createServer } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';

/** Runs the quickstart on a free port and prints what a reader sees who does what the README says. */
const port = await freePort();
process.env.PORT = String(port);
await import('./index.js');

await show('/tasks/running');
await show('/tasks/count/running');
while ((await read('/tasks/count/running')).includes('1')) await delay(200);
await show('/tasks/all');
await show('/tasks/stats');
process.exit(0);

async function show(path: string): Promise<void> {
  console.log(`GET ${path}`);
  console.log(await read(path));
}

async function read(path: string): Promise<string> {
  const response = await fetch(`http://localhost:${port}${path}`);
  return JSON.stringify(await response.json());
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0);
  await once(server, 'listening');
  const { port: free } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return free;
}
