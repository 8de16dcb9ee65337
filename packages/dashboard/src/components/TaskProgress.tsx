import { useRef } from 'preact/hooks';
import { durationMs, isCancelling, remainingMs } from '../live/outlook.js';
import type { OneTask } from '../live/one-task.js';
import type { Seen } from '../live/task-cells.js';
import { serverTime } from '../live/timeline.js';
import { usePage } from '../page.js';
import { durationText } from '../text/duration.js';
import { etaDetail, etaHeadline } from '../text/eta.js';
import { endedByWords } from '../text/failure-words.js';
import { clockText, exactInstantText } from '../text/instant.js';
import { lastWord } from '../text/last-word.js';
import { countText, rateText } from '../text/number.js';
import { beginning, visible } from '../text/visible.js';
import { Bar } from './Bar.js';
import { Instant } from './Instant.js';
import { Note } from './Note.js';
import { STATUS_NAMES } from './Status.js';
import { titleOf } from './TaskName.js';

/** How far a task is, how fast, and until when. */
export function TaskProgress({ one }: { readonly one: OneTask }) {
  const { now } = usePage();
  const seen = one.seen.value;
  if (seen === null) return null;
  const { task } = seen;
  const isKept = one.removedAt.value === null;
  const isRunning = isKept && task.status === 'running';
  const time = isRunning || (isKept && task.status === 'pending') ? now.value : seen.at;
  const isUnwell = isRunning && task.health !== null && task.health.state !== 'ok';
  const percent = task.status === 'completed' ? 100 : task.percent;
  const [said, counted] = [message(seen), counts(seen)];
  // Of one that ends under the eyes of a reader, the places of what it said stay.
  const isFollowed = useRef(false);
  isFollowed.current ||= isRunning;
  return (
    <section
      class={`card task-progress${isFollowed.current ? ' is-followed' : ''}`}
      aria-label="Progress"
    >
      <div class="progress-figures">
        <p class="progress-far">
          <strong>{headline(seen)}</strong>
          <span class="secondary">{subline(seen, time)}</span>
        </p>
        {isRunning && <Outlook seen={seen} now={time} />}
        {task.started_at !== null && <End task={task} />}
      </div>
      {task.started_at !== null && (
        <Bar
          percent={isRunning ? percent : (percent ?? 0)}
          tone={isUnwell ? 'attention' : task.status === 'pending' ? 'running' : task.status}
          label={`Progress of ${titleOf(task)}`}
        />
      )}
      {(isFollowed.current || `${said}${counted}` !== '') && (
        <p class="progress-line">
          <span class="progress-message" dir="auto">
            {said}
          </span>
          <span class="figures">{counted}</span>
        </p>
      )}
      {isUnwell && task.health !== null && (
        <Note>
          <strong>{task.health.state === 'stalled' ? 'It stalls.' : 'It is quiet.'}</strong>{' '}
          {visible(task.health.evidence)}
          {task.health.since !== null && (
            <>
              {' Since '}
              <Instant at={task.health.since} />.
            </>
          )}
        </Note>
      )}
    </section>
  );
}

function headline({ task }: Seen): string {
  if (task.status === 'running')
    return task.percent === null ? 'Under way' : `${Math.floor(task.percent)} %`;
  return task.status === 'pending' ? 'Waiting' : STATUS_NAMES[task.status];
}

function subline(seen: Seen, now: number): string {
  const { task } = seen;
  const lasted = durationMs(seen, now);
  if (task.status === 'pending')
    return `for ${durationText(Math.max(now - Date.parse(task.created_at), 0))}, not started yet`;
  if (lasted === null) return 'before it started';
  const isOver = task.status !== 'running';
  const far = isOver && task.status !== 'completed' && task.percent !== null;
  return `${isOver ? 'after' : 'for'} ${durationText(lasted)}${far ? `, at ${Math.floor(task.percent)} %` : ''}`;
}

/** What it says itself, else what the step says that runs. */
function counts({ task, perSecond }: Seen): string {
  const detail = task.progress_detail;
  const step = detail?.steps.findLast(
    ({ status, current }) => status === 'running' && current !== null,
  );
  const counted = detail === null || detail.current !== null ? detail : step;
  if (counted === undefined || counted === null || counted.current === null) return '';
  const { current, total, unit } = counted;
  const what = unit === null ? null : visible(beginning(unit, 40).text);
  const far = `${countText(current)}${total === null ? '' : ` / ${countText(total)}`}`;
  const rate = perSecond === null ? '' : ` · ${rateText(perSecond, what)}`;
  // What it had not come to by its end is no count of what was done.
  const isLast = task.completed_at !== null && total !== null && current < total;
  return `${isLast ? 'last at ' : ''}${far}${what === null ? '' : ` ${what}`}${rate}`;
}

/** What it says in words; what is said by the figures beside it is not said again. */
function message(seen: Seen): string {
  const { task } = seen;
  const { progress, progress_detail: detail, percent, status } = task;
  if (progress === null)
    return status === 'running' && percent === null ? 'It has not said how far it is.' : '';
  const [figures, step] = (detail?.message === null && FIGURES.exec(progress)) || [];
  if (figures !== undefined && step === undefined) return '';
  const isSaid = figures !== undefined && status === 'running' && counts(seen) !== '';
  return visible(beginning((isSaid ? step : lastWord(task)) ?? '', 400).text);
}

/** Figures, of a step or of all. */
const FIGURES = /^(?:(\D.*): )?\d/;

/** Where it was said when it would end. */
function End({ task }: { readonly task: Seen['task'] }) {
  const { completed_at: at, ended_by: by } = task;
  if (at === null) return null;
  return (
    <p class="progress-until">
      <strong>
        Ended <Instant at={at} />
      </strong>
      <span class="secondary">{by === null ? '\u00a0' : `by ${endedByWords(by.cause)}`}</span>
    </p>
  );
}

function Outlook({ seen, now }: { readonly seen: Seen; readonly now: number }) {
  const mode = usePage().timeMode.value;
  const { eta } = seen.task;
  const remaining = remainingMs(seen, now);
  if (isCancelling(seen.task))
    return (
      <p class="progress-until">
        <strong>Cancelling</strong>
        <span class="secondary">It was asked to stop.</span>
      </p>
    );
  if (eta === null || remaining === null)
    return (
      <p class="progress-until">
        <span class="secondary">Nothing is known yet of when it will end.</span>
      </p>
    );
  const endsAt = Date.parse(eta.finishes_at);
  // No finer than it can be known.
  const grain = remaining.p50 > 600_000 ? 60_000 : 1_000;
  const isUtc = mode === 'utc';
  const isLater = endsAt > serverTime(seen, now);
  return (
    <p class="progress-until">
      <span>
        <strong>{etaHeadline(remaining)}</strong>
        {isLater && (
          <time class="secondary" dateTime={eta.finishes_at} title={exactInstantText(endsAt)}>
            until about {clockText(Math.round(endsAt / grain) * grain, isUtc)}
            {isUtc ? ' UTC' : ''}
          </time>
        )}
      </span>
      <span class="secondary">{etaDetail(remaining, eta)}</span>
    </p>
  );
}
