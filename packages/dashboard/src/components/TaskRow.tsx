import type { ComponentChildren, HTMLAttributes, TargetedMouseEvent } from 'preact';
import { useRef } from 'preact/hooks';
import type { WireFullTask } from '@task-monitor/client';
import { durationMs, isCancelling, remainingMs } from '../live/outlook.js';
import type { Seen } from '../live/task-cells.js';
import { usePage } from '../page.js';
import { durationText } from '../text/duration.js';
import { etaReason, etaText } from '../text/eta.js';
import { visible } from '../text/visible.js';
import { Icon } from './Icon.js';
import { Instant } from './Instant.js';
import { STATUS_NAMES } from './Status.js';
import { TaskFar } from './TaskFar.js';
import { TaskName } from './TaskName.js';

/** Tags that fit beside a type. */
const TAGS = 3;

/** A task in the list: it follows its cell, and keeps its height whatever it says. */
export function TaskRow(props: {
  /** As the list was told it, at `at`. */
  readonly task: WireFullTask;
  readonly at: number;
  readonly isRemoved: boolean;
  /** Shown only for what belongs to it. */
  readonly isContext?: boolean;
  /** What is in front of the name. */
  readonly lead?: ComponentChildren;
  readonly row?: HTMLAttributes<HTMLDivElement>;
}) {
  const { task: listed, at, isRemoved, isContext = false, lead, row } = props;
  const { live, now } = usePage();
  const last = useRef<Seen | null>(null);
  const seen = newest(live.cells.cell(listed.task_id).value ?? last.current, {
    task: listed,
    at,
    perSecond: null,
  });
  last.current = seen;
  const { task } = seen;
  const isRunning = task.status === 'running' && !isRemoved;
  const time = isRunning ? now.value : seen.at;
  const lasted = durationMs(seen, time);
  const remaining = isRunning ? remainingMs(seen, time) : null;
  return (
    <div
      role="row"
      {...row}
      class={`task-row is-${task.status}${isRemoved ? ' is-removed' : ''}${isContext ? ' is-context' : ''}`}
      onClick={follow}
      onAuxClick={follow}
    >
      <div role="cell" class="task-status">
        <StatusCell task={task} isRemoved={isRemoved} />
      </div>
      <div role="cell" class="task-what">
        {lead}
        <div>
          <p class="task-title">
            <TaskName task={task} />
          </p>
          <p class="task-tags">
            {task.type !== null && <span class="tag is-type">{visible(task.type)}</span>}
            {task.tags.slice(0, TAGS).map((tag) => (
              <span class="tag" key={tag}>
                {visible(tag)}
              </span>
            ))}
            {task.tags.length > TAGS && (
              <span title={task.tags.map(visible).join(', ')}>+{task.tags.length - TAGS}</span>
            )}
          </p>
        </div>
      </div>
      <div role="cell" class="task-far">
        <TaskFar seen={seen} isRemoved={isRemoved} />
      </div>
      <div role="cell" class="task-created figures">
        <Instant at={task.created_at} />
      </div>
      <div role="cell" class="task-time figures">
        <span>{lasted === null ? '' : durationText(lasted)}</span>
        {remaining !== null && task.eta !== null && (
          <b title={etaReason(remaining, task.eta)}>{etaText(remaining)}</b>
        )}
      </div>
    </div>
  );
}

function StatusCell({ task, isRemoved }: { readonly task: WireFullTask; isRemoved: boolean }) {
  const isRunning = task.status === 'running';
  const health = isRunning && !isRemoved ? task.health : null;
  const isUnwell = health !== null && health.state !== 'ok';
  const also = isRemoved
    ? 'removed'
    : isCancelling(task)
      ? 'cancelling'
      : isUnwell
        ? health.state
        : null;
  return (
    <>
      <Icon name={isUnwell ? 'attention' : task.status} />
      <span>
        <span class="task-status-word">{STATUS_NAMES[task.status]}</span>
        {also !== null && (
          <small
            class={isUnwell ? 'is-attention' : ''}
            title={isUnwell ? visible(health.evidence) : undefined}
          >
            {also}
          </small>
        )}
      </span>
    </>
  );
}

function newest(known: Seen | null, listed: Seen): Seen {
  const isKnown = known !== null && known.task.number === listed.task.number;
  return isKnown && known.task.version >= listed.task.version ? known : listed;
}

/** All of a row goes where its link goes, in the way in which it was clicked. */
function follow(event: TargetedMouseEvent<HTMLDivElement>): void {
  const { target, currentTarget, ctrlKey, metaKey, shiftKey, button } = event;
  if (!(target instanceof Element) || target.closest('a, button') !== null || button > 1) return;
  // Who marks text does not want to leave.
  if (getSelection()?.isCollapsed === false) return;
  currentTarget.querySelector('.task-name')?.dispatchEvent(
    new MouseEvent('click', {
      bubbles: true,
      cancelable: true,
      ctrlKey: ctrlKey || button === 1,
      metaKey,
      shiftKey,
    }),
  );
}
