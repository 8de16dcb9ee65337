import { useComputed } from '@preact/signals';
import { MOST_CHILDREN, type OneTask } from '../live/one-task.js';
import { durationMs } from '../live/outlook.js';
import { nested, placeIn, serverTime, type Span, ticks, tickText } from '../live/timeline.js';
import { usePage } from '../page.js';
import { searchHref } from '../route.js';
import { countText } from '../text/number.js';
import { searchTerm } from '../text/search-term.js';
import { beginning, visible } from '../text/visible.js';
import { TaskName } from './TaskName.js';
import { TimelineRow } from './TimelineRow.js';

/** Steps and children on one axis, from the creation of the task until now, or until all of it was over. */
export function Timeline({ one }: { readonly one: OneTask }) {
  const { now } = usePage();
  const children = one.children.value;
  const lastEnd = useComputed(() => lastEndOf(one));
  const seen = one.seen.value;
  if (seen === null) return null;
  const { task } = seen;
  const end = lastEnd.value ?? serverTime(seen, now.value);
  const start = Date.parse(task.created_at);
  // Nothing has a width in no time at all.
  const span = { start, end: Math.max(end, start + 1) };
  const steps = nested(task.progress_detail?.steps ?? []).slice(0, MOST_CHILDREN);
  const shown = children.ids.slice(Math.max(steps.length + children.ids.length - MOST_CHILDREN, 0));
  const more = children.total - shown.length;
  const q = searchTerm('parent', one.id);
  return (
    <section class="card" aria-labelledby="timeline-title">
      <header class="card-head">
        <h2 id="timeline-title">Timeline</h2>
        {children.total > 0 && (
          <a href={searchHref(q)}>
            {children.total === 1 ? '1 child task' : `${countText(children.total)} child tasks`}
          </a>
        )}
      </header>
      <div class="timeline" tabIndex={0} role="group" aria-labelledby="timeline-title">
        <Axis span={span} />
        <ul>
          <TimelineRow
            span={span}
            status={task.status}
            waitedFrom={start}
            from={instant(task.started_at)}
            to={instant(task.completed_at)}
            lastedMs={durationMs(seen, now.value)}
            percent={null}
            depth={0}
          >
            The task
          </TimelineRow>
          {steps.map(({ step, depth }) => (
            <TimelineRow
              key={`step ${step.name}`}
              span={span}
              status={step.status}
              waitedFrom={null}
              from={instant(step.started_at)}
              to={instant(step.completed_at) ?? instant(task.completed_at)}
              lastedMs={null}
              percent={step.percent}
              depth={depth + 1}
              detail={step.message}
            >
              <span dir="auto" title={visible(step.name)}>
                {visible(beginning(step.name, 80).text)}
              </span>
            </TimelineRow>
          ))}
          {shown.map((id) => (
            <ChildRow key={`task ${id}`} one={one} id={id} span={span} />
          ))}
        </ul>
        {more > 0 && (
          <p class="timeline-more">
            <a href={searchHref(q)}>And {countText(more)} more</a>
          </p>
        )}
      </div>
    </section>
  );
}

function ChildRow(props: { readonly one: OneTask; readonly id: string; readonly span: Span }) {
  const { now } = usePage();
  const seen = props.one.cells.cell(props.id).value;
  if (seen === null) return <li class="timeline-row" />;
  const { task } = seen;
  return (
    <TimelineRow
      span={props.span}
      status={task.status}
      waitedFrom={Date.parse(task.created_at)}
      from={instant(task.started_at)}
      to={instant(task.completed_at)}
      lastedMs={durationMs(seen, task.status === 'running' ? now.value : seen.at)}
      percent={task.percent}
      depth={1}
    >
      <TaskName task={task} />
    </TimelineRow>
  );
}

function Axis({ span }: { readonly span: Span }) {
  const marks = ticks(span.end - span.start).map((ms) => {
    const left = placeIn(span, span.start, span.start + ms)?.width ?? 0;
    const edge = left < 4 ? 'is-first' : left > 92 ? 'is-last' : '';
    return { ms, edge, style: { left: `${left}%` } };
  });
  return (
    <>
      <div class="timeline-axis" aria-hidden="true">
        <div>
          {marks.map(({ ms, edge, style }) => (
            <span key={ms} class={edge} style={style}>
              {tickText(ms)}
            </span>
          ))}
        </div>
      </div>
      <div class="timeline-lines" aria-hidden="true">
        <div>
          {marks.map(({ ms, style }) => (
            <i key={ms} style={style} />
          ))}
        </div>
      </div>
    </>
  );
}

/** When the last of all parts ended, in epoch milliseconds; `null` while anything goes on. */
function lastEndOf(one: OneTask): number | null {
  const tasks = [
    one.seen.value?.task,
    ...one.children.value.ids.map((id) => one.cells.cell(id).value?.task),
  ];
  let last = -Infinity;
  for (const task of tasks) {
    if (task === undefined) continue;
    if (task.completed_at === null) return null;
    last = Math.max(last, Date.parse(task.completed_at));
  }
  return last === -Infinity ? null : last;
}

function instant(text: string | null): number | null {
  return text === null ? null : Date.parse(text);
}
