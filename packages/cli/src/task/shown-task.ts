import type { WireFullTask } from '@task-monitor/client';
import { plainText } from '../terminal/plain-text.js';
import type { Remaining } from '../words/eta.js';
import { instantOf, instantOrNull } from './instant.js';

export type Status = WireFullTask['status'];

/** What is shown of a task: its texts are plain, and nothing large is kept. Instants are those of the server's clock. */
export interface ShownTask {
  readonly id: string;
  readonly number: number;
  readonly version: number;
  readonly label: string;
  readonly status: Status;
  readonly percent: number | null;
  readonly current: number | null;
  readonly total: number | null;
  readonly unit: string | null;
  readonly message: string | null;
  /** What remained at `seenAt`. */
  readonly remaining: Remaining | null;
  readonly health: { readonly state: 'ok' | 'quiet' | 'stalled'; readonly evidence: string } | null;
  readonly cancel: ShownCancel | null;
  readonly failure: string | null;
  readonly createdAt: number;
  readonly completedAt: number | null;
  /** How long it ran until `seenAt`, or until its end; `null` before it started. */
  readonly ranMs: number | null;
  /** How long it had said nothing of its progress at `seenAt`. */
  readonly silentMs: number;
  /** When this was seen, by the clock here. */
  readonly seenAt: number;
}

export function isOver(status: Status): boolean {
  return status !== 'pending' && status !== 'running';
}

export interface ShownCancel {
  readonly requestedAt: number;
  readonly isAcknowledged: boolean;
  readonly isForced: boolean;
}

export function shownTask(task: WireFullTask, seenAt: number): ShownTask {
  const { progress_detail: progress, cancel, health } = task;
  return {
    id: task.task_id,
    number: task.number,
    version: task.version,
    label: labelOf(task),
    status: task.status,
    percent: task.percent,
    current: progress?.current ?? null,
    total: progress?.total ?? null,
    unit: plainOrNull(progress?.unit ?? null),
    message: messageOf(task),
    remaining: task.eta?.remaining_ms ?? null,
    health: health && { state: health.state, evidence: plainText(health.evidence) },
    cancel: cancel && {
      requestedAt: instantOf(cancel.requested_at),
      isAcknowledged: cancel.acknowledged_at !== null,
      isForced: cancel.forced,
    },
    failure: plainOrNull(task.error_message),
    createdAt: instantOf(task.created_at),
    completedAt: instantOrNull(task.completed_at),
    ranMs: task.duration_ms,
    silentMs: silentMs(task),
    seenAt,
  };
}

/** By the server's clock alone, which need not be that of here. */
function silentMs({ started_at, duration_ms, progress_detail: progress }: WireFullTask): number {
  if (started_at === null || duration_ms === null || progress === null) return 0;
  return Math.max(0, instantOf(started_at) + duration_ms - instantOf(progress.updated_at));
}

/** What a person would call it: its name, else what it runs, else its type. */
export function labelOf({ name, command, type, task_id }: WireFullTask): string {
  const label = name ?? (command.length > 0 ? command.join(' ') : (type ?? task_id));
  const text = plainText(label).trim();
  return text === '' ? task_id : text;
}

/** What it says it is doing: its message, else that of the step it is in. */
function messageOf({ progress_detail: progress }: WireFullTask): string | null {
  if (progress === null) return null;
  const step = progress.steps.findLast(({ status }) => status === 'running');
  const said = progress.message ?? step?.message ?? null;
  const parts = [step?.name ?? null, said].filter((part) => part !== null);
  return parts.length === 0 ? null : plainText(parts.join(': ')).trim();
}

function plainOrNull(text: string | null): string | null {
  return text === null ? null : plainText(text);
}
