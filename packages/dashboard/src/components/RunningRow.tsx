import { durationMs, isCancelling, remainingMs } from '../live/outlook.js';
import { usePage } from '../page.js';
import { durationText } from '../text/duration.js';
import { etaReason, etaText } from '../text/eta.js';
import { rateText } from '../text/number.js';
import { beginning, visible } from '../text/visible.js';
import { Bar } from './Bar.js';
import { Icon } from './Icon.js';
import { STATUS_NAMES } from './Status.js';
import { TaskName, titleOf } from './TaskName.js';

/** A running task: how far, how fast, until when. It keeps its height, and for a moment its place when it has ended. */
export function RunningRow({ id }: { readonly id: string }) {
  const { live, now } = usePage();
  const seen = live.cells.cell(id).value;
  if (seen === null) return <li class="running-row" />;
  const { task, perSecond } = seen;
  const isRunning = task.status === 'running';
  const isUnwell = isRunning && task.health !== null && task.health.state !== 'ok';
  const time = isRunning ? now.value : seen.at;
  const remaining = remainingMs(seen, time);
  const lasted = durationMs(seen, time);
  const isAskedToStop = isCancelling(task);
  const percent = task.status === 'completed' ? 100 : task.percent;
  return (
    <li class={`running-row${isRunning ? '' : ' is-over'}`}>
      <Icon name={isUnwell ? 'attention' : task.status} label={STATUS_NAMES[task.status]} />
      <div class="running-what">
        <p class="running-title">
          <TaskName task={task} />
          {task.type !== null && <span class="tag">{visible(task.type)}</span>}
        </p>
        <p class="running-message" dir="auto">
          {isAskedToStop
            ? 'Asked to stop'
            : isRunning
              ? messageOf(task.progress)
              : STATUS_NAMES[task.status]}
        </p>
      </div>
      <div class="running-far">
        <Bar
          percent={isRunning ? percent : (percent ?? 0)}
          tone={task.status === 'pending' ? 'running' : isUnwell ? 'attention' : task.status}
          label={`Progress of ${titleOf(task)}`}
        />
        <p class="figures">
          <b>{percent === null ? '–' : `${Math.floor(percent)} %`}</b>
          <span>
            {perSecond === null ? '' : rateText(perSecond, task.progress_detail?.unit ?? null)}
          </span>
        </p>
      </div>
      <p class="running-when figures">
        <b
          title={
            remaining === null || task.eta === null ? undefined : etaReason(remaining, task.eta)
          }
        >
          {isAskedToStop ? 'cancelling' : remaining === null ? '' : etaText(remaining)}
        </b>
        <span>{lasted === null ? '' : durationText(lasted)}</span>
      </p>
    </li>
  );
}

function messageOf(progress: string | null): string {
  return progress === null ? '\u00a0' : visible(beginning(progress, 200).text);
}
