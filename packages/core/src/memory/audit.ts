import type { StoreAudit } from '../store.js';
import type { TaskStatus } from '../task.js';
import type { KeptTasks } from './kept-tasks.js';

/** After so long others get their turn. */
const STEP_MS = 5;

/** Looks at every task there is now, in steps between which others write. `assertOpen` throws once there is no store. */
export async function audit(
  kept: KeptTasks,
  assertOpen: () => void,
  now = (): number => performance.now(),
): Promise<StoreAudit> {
  const moment = kept.moment();
  try {
    const recounted: Record<TaskStatus, number> = {
      pending: 0,
      running: 0,
      completed: 0,
      failed: 0,
      cancelled: 0,
    };
    let begun = now();
    for (const entries of moment.entries) {
      for (const entry of entries) recounted[moment.statusOf(entry)]++;
      if (now() - begun < STEP_MS) continue;
      await new Promise((resolve) => setImmediate(resolve));
      assertOpen();
      begun = now();
    }
    return { counted: moment.counted, recounted };
  } finally {
    moment.forget();
  }
}
