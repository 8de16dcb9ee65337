import {
  type StoreAudit,
  TASK_STATUSES,
  type TaskCounts,
  type TaskStatus,
} from '@task-monitor/core';
import type { Connection } from './connection.js';
import { noTasks } from './counters.js';

/** Rows that are read before others get their turn: a few milliseconds. */
const STEP = 500;

const COUNTED = `SELECT ${TASK_STATUSES.join(', ')} FROM counters WHERE kind = 'all'`;
/** In the order of the rows themselves, so that the rows are looked at, and not an index. */
const STEP_OF_TASKS =
  'SELECT number, status FROM tasks NOT INDEXED WHERE number > ? ORDER BY number LIMIT ?';

interface Row {
  readonly number: number;
  readonly status: TaskStatus;
}

/** Looks at every task in one state of the file, whoever writes meanwhile. `assertOpen` throws once there is no store. */
export async function audit(reader: Connection, assertOpen: () => void): Promise<StoreAudit> {
  const recounted = noTasks();
  reader.run('BEGIN');
  try {
    // The first read of a transaction says which state it sees.
    const counted = reader.get<TaskCounts>(COUNTED);
    for (let last = -1; ;) {
      const rows = reader.all<Row>(STEP_OF_TASKS, last, STEP);
      for (const { status } of rows) recounted[status]++;
      if (rows.length < STEP) return { counted: { ...noTasks(), ...counted }, recounted };
      last = rows[rows.length - 1]?.number ?? last;
      await new Promise((resolve) => setImmediate(resolve));
      assertOpen();
    }
  } finally {
    reader.run('ROLLBACK');
  }
}
