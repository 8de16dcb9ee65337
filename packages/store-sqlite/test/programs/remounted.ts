import { execFileSync } from 'node:child_process';
import { isTaskMonitorError } from '@task-monitor/core';
import { chooseDriver } from '../../src/driver/choose-driver.js';
import { SqliteStore } from '../../src/index.js';
import { Trouble } from '../../src/trouble.js';
import { aTask } from '../fill.js';

/**
 * Opens a store on a file system that it mounts read-only, and writable again, and prints as JSON what it was told.
 *
 * remounted.mjs <where the file system is mounted>
 */
const [disk = ''] = process.argv.slice(2);
const path = `${disk}/tasks.db`;

const store = await SqliteStore.open({ path });
const operation = { writer: 'monitor-1', sequence: 1 };
await store.create({ task: aTask('task-1'), idempotencyKey: null, operation });
await store.close();

mount('ro');
const opening = await SqliteStore.open({ path }).then(() => null, told);
const writing = await chooseDriver(undefined).then((driver) => {
  try {
    driver.open(path).exec('DELETE FROM leases');
    return null;
  } catch (error) {
    return told(new Trouble(path, driver).told(error));
  }
});
mount('rw');
const writable = await SqliteStore.open({ path });
const again = (await writable.get('task-1'))?.id;
await writable.close();
console.log(JSON.stringify({ opening, writing, again }));

function mount(mode: 'ro' | 'rw'): void {
  execFileSync('mount', ['-o', `remount,${mode}`, disk]);
}

function told(error: unknown): object {
  return isTaskMonitorError(error)
    ? { code: error.code, message: error.message }
    : { message: String(error) };
}
