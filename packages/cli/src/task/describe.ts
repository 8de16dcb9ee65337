import type { WireFullTask } from '@task-monitor/client';
import { plainJson, plainText } from '../terminal/plain-text.js';
import { countsInWords } from '../words/amount.js';
import { durationInWords } from '../words/duration.js';
import { etaInWords } from '../words/eta.js';
import { percentText } from './bar.js';
import { isOver } from './shown-task.js';

/** What is known of a task, as names and texts. What is not known is left out. */
export function describeTask(task: WireFullTask): (readonly [name: string, text: string])[] {
  const { progress_detail: progress, cancel, owner, process, late_outcome: late } = task;
  const rows: [string, string | null][] = [
    ['id', task.task_id],
    ['name', task.name],
    ['type', task.type],
    ['command', task.command.length === 0 ? null : task.command.map(quoted).join(' ')],
    ['tags', task.tags.length === 0 ? null : task.tags.join(', ')],
    ['part of', task.parent_id],
    ['created', task.created_at],
    ['started', task.started_at],
    [isOver(task.status) ? 'ended' : 'ends in', task.completed_at ?? finishesAt(task)],
    [
      isOver(task.status) ? 'took' : 'runs for',
      task.duration_ms === null ? null : durationInWords(task.duration_ms),
    ],
    ['progress', progressText(task)],
    ['says', progress?.message ?? null],
    ...(progress?.steps ?? []).map((step): [string, string] => [
      'step',
      `${step.name}: ${step.status}${step.percent === null ? '' : `, ${percentText(step.percent).trim()}`}`,
    ]),
    ['health', task.health && `${task.health.state}: ${task.health.evidence}`],
    ['error', task.error && `${task.error.code}: ${task.error.message}`],
    ['cancel', cancel && cancelText(task)],
    [
      'later',
      late &&
        `Its own code said ${late.status} after that${late.message === null ? '' : `: ${late.message}`}`,
    ],
    ['result', task.result === null ? task.result_omitted : plainJson(task.result)],
    ['metadata', Object.keys(task.metadata).length === 0 ? null : plainJson(task.metadata)],
    ['runs on', owner && `${owner.host}, process ${owner.pid}`],
    ['child', process && processText(process)],
  ];
  return rows.flatMap(([name, text]) =>
    text === null || text === '' ? [] : [[name, plainText(text)] as const],
  );
}

/** What has become of the wish to cancel a task, no more certain than it is. */
export function cancelText({ status, cancel, driver }: WireFullTask): string {
  if (cancel === null) return 'Nobody asked to cancel it.';
  const by = cancel.requested_by === null ? '' : ` by ${cancel.requested_by}`;
  const why = cancel.reason === null ? '' : ` (${cancel.reason})`;
  const asked = `requested ${cancel.requested_at}${by}${why}`;
  if (cancel.acknowledged_at !== null)
    return `${asked}; acknowledged ${cancel.acknowledged_at}: its work has stopped`;
  if (cancel.forced) return `${asked}; forced: its work did not stop in time and may go on`;
  if (status === 'cancelled' && driver === 'caller')
    return `${asked}; nobody confirmed that its work has stopped`;
  if (status === 'cancelled') return `${asked}; it had not started`;
  if (isOver(status)) return `${asked}; it ${status} all the same`;
  return `${asked}; not acknowledged yet: its work goes on until it stops`;
}

function progressText({ percent, progress_detail: progress }: WireFullTask): string | null {
  const counts =
    progress === null || progress.current === null
      ? null
      : countsInWords(progress.current, progress.total, progress.unit).trim();
  if (percent === null) return counts;
  return counts === null
    ? percentText(percent).trim()
    : `${percentText(percent).trim()}, ${counts}`;
}

function finishesAt({ eta }: WireFullTask): string | null {
  if (eta === null) return null;
  const basis = {
    rate: 'its pace',
    history: 'those before it',
    blend: 'its pace and those before it',
  };
  return `${etaInWords(eta.remaining_ms)}, by ${basis[eta.basis]}`;
}

function processText(process: NonNullable<WireFullTask['process']>): string {
  const parts = [
    process.pid === null ? null : `process ${process.pid}`,
    process.exit_code === null ? null : `exit code ${process.exit_code}`,
    process.signal === null ? null : `ended by ${process.signal}`,
    process.cpu_ms === null ? null : `${durationInWords(process.cpu_ms)} of processor time`,
    process.peak_memory_bytes === null
      ? null
      : `at most ${countsInWords(process.peak_memory_bytes, null, 'B')} of memory`,
  ];
  return parts.filter((part) => part !== null).join(', ');
}

/** As a shell would read it. */
function quoted(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
