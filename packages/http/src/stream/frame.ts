import type { Change, Position, Task } from '@task-monitor/core';
import type { WireEvents } from '../contract/events.js';
import type { Outlook } from '../outlook.js';
import type { WireTexts } from '../wire-texts.js';

/** A change as it is sent, to all who may see it. */
export interface Frame {
  readonly position: Position;
  /** Of whom it tells; of a removal nobody in particular. */
  readonly task: Task | null;
  readonly type: Change['type'];
  readonly removed: readonly string[];
  readonly bytes: Buffer;
}

/**
 * One event as `text/event-stream` has it. `data` is JSON, which has no line ends of its own, and a position has neither
 * line ends nor NUL, so nothing in a task can begin another line.
 */
export function eventText(name: keyof WireEvents, data: string, position: Position | null): string {
  const id = position === null ? '' : `id: ${position}\n`;
  return `event: ${name}\n${id}data: ${data}\n\n`;
}

/** Tells where to go on, and nothing else: a browser takes the id of a block without data, but calls nobody. */
export function positionText(position: Position): string {
  return `id: ${position}\n\n`;
}

/** Milliseconds after which a client that was cut off comes again; every client its own, so that they do not come all at once. */
export function retryText(): string {
  return `retry: ${2_000 + Math.floor(Math.random() * 3_000)}\n\n`;
}

/** The frame of `change` at the instant `now`; `outlook` is that of its task. */
export function changeFrame(
  change: Change,
  texts: WireTexts,
  now: number,
  outlook: Outlook | undefined,
): Frame {
  const { type, position } = change;
  if (type === 'task.removed') {
    const bytes = removedBytes(change.ids, position);
    return { position, task: null, type, removed: change.ids, bytes };
  }
  const task = texts.full(change.task, { now, outlook }).text;
  const lines = type === 'task.output' ? `,"lines":${texts.lines(change.lines)}` : '';
  const bytes = Buffer.from(eventText(type, `{"task":${task}${lines}}`, position));
  return { position, task: change.task, type, removed: [], bytes };
}

export function removedBytes(ids: readonly string[], position: Position): Buffer {
  return Buffer.from(eventText('task.removed', JSON.stringify({ ids }), position));
}
