import type { Seen } from '../live/task-cells.js';
import { lastWord } from '../text/last-word.js';
import { rateText } from '../text/number.js';
import { beginning, visible } from '../text/visible.js';
import { Bar } from './Bar.js';
import { titleOf } from './TaskName.js';

/** Of a message, as many characters as a row can have use for. */
const SHOWN = 200;

/** How far a task of the list is, and what it says. */
export function TaskFar({ seen, isRemoved }: { readonly seen: Seen; readonly isRemoved: boolean }) {
  const { task, perSecond } = seen;
  const isRunning = task.status === 'running';
  const isUnwell = isRunning && task.health !== null && task.health.state !== 'ok';
  // What is done needs no bar to say so.
  const hasBar = isRunning || (task.status !== 'completed' && task.percent !== null);
  const said = task.status === 'failed' ? task.error_message : lastWord(task);
  const message = said === null ? '' : visible(beginning(said, SHOWN).text.replace(/\s+/g, ' '));
  const rate = perSecond === null ? '' : rateText(perSecond, task.progress_detail?.unit ?? null);
  return (
    <>
      {hasBar && (
        <p class="task-bar">
          <Bar
            percent={isRemoved || !isRunning ? (task.percent ?? 0) : task.percent}
            tone={isUnwell ? 'attention' : task.status === 'pending' ? 'running' : task.status}
            label={`Progress of ${titleOf(task)}`}
          />
          <b class="figures">{task.percent === null ? '' : `${Math.floor(task.percent)} %`}</b>
        </p>
      )}
      <p class="task-message" title={message} dir="auto">
        {message}
        {rate !== '' && <span class="task-rate figures"> · {rate}</span>}
      </p>
    </>
  );
}
