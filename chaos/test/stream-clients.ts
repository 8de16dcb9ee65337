import type { WireOutputLine, WireTask } from '@task-monitor/http';
import { CANARY } from '../src/canary.js';
import { EventStream, type StreamedEvent } from '../../packages/express/test/event-stream.js';

/** What the writers know that they have done: all that has to be told, and each of it once. */
export class StreamJournal {
  /** `<id> v<version> <status>` of every change of a status. */
  readonly changes = new Set<string>();
  readonly removed = new Set<string>();
  /** By task: how many lines of output were written. */
  readonly lines = new Map<string, number>();
}

/** A client that is cut off again and again, and keeps account of what it was told. */
export class CutOffClient {
  /** What must not have happened. */
  readonly violations: string[] = [];
  readonly versions = new Map<string, number>();
  readonly statuses = new Map<string, string>();
  readonly #told = new Set<string>();
  readonly #removed = new Set<string>();
  readonly #lines = new Map<string, number>();
  readonly #inSnapshot = new Map<string, number>();
  cuts = 0;
  resets = 0;
  #lastId: string | null = null;

  /** Takes up to `count` events from the server at `port`, and goes; with `null`, all up to `isLast`. */
  async visit(
    port: number,
    count: number | null,
    isLast: (event: StreamedEvent) => boolean,
  ): Promise<void> {
    const headers: Record<string, string> = {};
    if (this.#lastId !== null) headers['Last-Event-ID'] = this.#lastId;
    const stream = await EventStream.open(port, '/events?output=true', headers);
    if (stream.status !== 200) this.violations.push(`was answered with ${stream.status}`);
    for (let taken = 0; count === null || taken < count; taken++) {
      const event = await stream.next();
      if (event === null) {
        this.violations.push(`was cut off by the server after ${String(this.#lastId)}`);
        break;
      }
      this.#take(event);
      if (isLast(event)) break;
    }
    stream.close();
    this.cuts++;
  }

  /** What it was not told of `journal`, or not rightly. */
  missing(journal: StreamJournal): string[] {
    const changes = [...journal.changes].filter((change) => {
      const [id = '', version = ''] = change.split(' ');
      const shown = this.#inSnapshot.get(id) ?? 0;
      return !this.#told.has(change) && Number(version.slice(1)) > shown;
    });
    const removed = [...journal.removed].filter((id) => !this.#removed.has(id));
    const lines = [...journal.lines].filter(([id, count]) => this.#lines.get(id) !== count);
    return [
      ...changes,
      ...removed.map((id) => `${id} removed`),
      ...lines.map(([id, count]) => `${id} ${count} lines, not ${String(this.#lines.get(id))}`),
    ];
  }

  #take({ name, id, data }: StreamedEvent): void {
    if (JSON.stringify(data).includes(CANARY)) this.violations.push(`${name} told a secret`);
    if (name === 'reset') this.resets++;
    else if (name === 'snapshot') this.#takeSnapshot((data as { tasks: WireTask[] }).tasks);
    else if (name === 'task.removed') this.#takeRemoved((data as { ids: string[] }).ids);
    else this.#takeChange(name, data as { task: WireTask & { version: number } });
    if (name !== 'reset') this.#lastId = id;
  }

  #takeSnapshot(tasks: readonly WireTask[]): void {
    for (const task of tasks as readonly (WireTask & { version: number })[]) {
      this.#inSnapshot.set(task.task_id, task.version);
      this.versions.set(task.task_id, task.version);
      this.statuses.set(task.task_id, task.status);
    }
  }

  #takeRemoved(ids: readonly string[]): void {
    for (const id of ids) {
      if (this.#removed.has(id)) this.violations.push(`${id} was removed twice`);
      this.#removed.add(id);
      this.versions.delete(id);
      this.statuses.delete(id);
    }
  }

  #takeChange(
    name: string,
    { task, lines }: { task: WireTask & { version: number }; lines?: readonly WireOutputLine[] },
  ): void {
    const { task_id: id, version, status } = task;
    const known = this.versions.get(id) ?? 0;
    const shown = this.#inSnapshot.get(id) ?? 0;
    if (version <= known && version > shown)
      this.violations.push(`${name} of ${id} v${version} came after v${known}`);
    if (this.#removed.has(id)) this.violations.push(`${name} of ${id} came after it was removed`);
    this.#told.add(`${id} v${version} ${status}`);
    this.versions.set(id, Math.max(version, known));
    if (version > known) this.statuses.set(id, status);
    for (const { number } of lines ?? []) {
      const last = this.#lines.get(id) ?? 0;
      if (number !== last + 1 && version > shown)
        this.violations.push(`line ${number} of ${id} came after line ${last}`);
      this.#lines.set(id, number);
    }
  }
}
