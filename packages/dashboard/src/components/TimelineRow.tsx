import type { ComponentChildren } from 'preact';
import { type Place, placeIn, type Span } from '../live/timeline.js';
import { durationText } from '../text/duration.js';
import { visible } from '../text/visible.js';
import { Icon } from './Icon.js';
import { STATUS_NAMES, type TaskStatus } from './Status.js';

/** A part of a timeline: what it waited is hollow, what it worked is full. All instants in epoch milliseconds. */
export function TimelineRow(props: {
  readonly span: Span;
  readonly status: TaskStatus;
  /** `null`: nothing is known of when it began to wait. */
  readonly waitedFrom: number | null;
  readonly from: number | null;
  /** `null`: it goes on. */
  readonly to: number | null;
  /** `null`: what lies between `from` and `to`, or the end of the axis. */
  readonly lastedMs: number | null;
  readonly percent: number | null;
  readonly depth: number;
  readonly detail?: string | null;
  readonly children: ComponentChildren;
}) {
  const { span, status, waitedFrom, from, percent, depth, detail } = props;
  const to = props.to ?? span.end;
  const waited = waitedFrom === null ? null : placeIn(span, waitedFrom, from ?? to);
  const worked = from === null ? null : placeIn(span, from, to);
  const lasted = props.lastedMs ?? (from === null ? null : Math.max(to - from, 0));
  return (
    <li class="timeline-row">
      <span class="timeline-label" style={{ paddingLeft: `${depth * 16}px` }}>
        <Icon name={status} label={STATUS_NAMES[status]} />
        {props.children}
      </span>
      <span class="timeline-track" title={detail ? visible(detail) : undefined}>
        {waited !== null && waited.width > 0.2 && (
          <i class="is-waiting" style={styleOf(waited)} title="Waited" />
        )}
        {worked !== null && <i class={`is-${status}`} style={styleOf(worked)} />}
      </span>
      <span class="timeline-figures figures">
        <span>{percent === null || status === 'completed' ? '' : `${Math.floor(percent)} %`}</span>
        <span>
          {lasted === null
            ? status !== 'pending'
              ? '–'
              : props.to === null
                ? 'not yet'
                : 'never'
            : durationText(lasted)}
        </span>
      </span>
    </li>
  );
}

function styleOf({ left, width }: Place): { readonly left: string; readonly width: string } {
  return { left: `${left}%`, width: `${width}%` };
}
