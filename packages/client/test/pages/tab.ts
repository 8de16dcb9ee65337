import { TaskClient } from '../../src/index.js';
import { lineOf } from '../line-of.js';
import { page, write } from './write.js';

// What a tab does that is brought to the front or goes to the back; a browser without a window never does it by itself.
let isFront = true;
Object.defineProperty(page(), 'visibilityState', { get: () => (isFront ? 'visible' : 'hidden') });
Object.assign(globalThis, {
  setFront(front: boolean): void {
    isFront = front;
    (page() as unknown as EventTarget).dispatchEvent(new Event('visibilitychange'));
  },
  askStats: async (): Promise<number> => (await client.stats()).total_tasks,
});

const { search } = (globalThis as unknown as { readonly location: { readonly search: string } })
  .location;
const hiddenMs = search === '?never' ? Infinity : 1;
const client = new TaskClient('/tasks', { hiddenMs });

async function followAll(): Promise<void> {
  const watch = client.watch({}, { onState: ({ status }) => write('states', status) });
  for await (const event of watch) write('all', lineOf(event));
}

followAll().catch((error: unknown) => write('all', String(error)));
