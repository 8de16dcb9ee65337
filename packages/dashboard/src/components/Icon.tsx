import type { JSX } from 'preact';
import type { WireTask } from '@task-monitor/client';

/** Each status has a shape of its own: colour is never the only sign. */
export type IconName =
  WireTask['status'] | 'attention' | 'copy' | 'search' | 'chevron' | 'back' | 'stop' | 'tree';

const SHAPES: Readonly<Record<IconName, JSX.Element>> = {
  pending: <circle cx="8" cy="8" r="5.25" stroke-dasharray="2.2 2.2" />,
  running: (
    <>
      <circle cx="8" cy="8" r="5.25" opacity="0.3" />
      <path d="M8 2.75a5.25 5.25 0 0 1 5.25 5.25" />
    </>
  ),
  completed: (
    <>
      <circle cx="8" cy="8" r="6" class="icon-fill" />
      <path d="m5.4 8.2 1.8 1.8 3.5-3.8" class="icon-knock" />
    </>
  ),
  failed: (
    <>
      <rect x="2.4" y="2.4" width="11.2" height="11.2" rx="3" class="icon-fill" />
      <path d="m5.9 5.9 4.2 4.2m0-4.2-4.2 4.2" class="icon-knock" />
    </>
  ),
  cancelled: (
    <>
      <circle cx="8" cy="8" r="5.25" />
      <path d="m4.4 11.6 7.2-7.2" />
    </>
  ),
  attention: (
    <>
      <path d="M8 2.2 14 13H2z" class="icon-fill" stroke-linejoin="round" />
      <path d="M8 6.4v3m0 1.9v.1" class="icon-knock" />
    </>
  ),
  copy: (
    <>
      <rect x="5.5" y="5.5" width="8" height="8" rx="2" />
      <path d="M10.5 3.2a1.7 1.7 0 0 0-1.2-.7H4.2a1.7 1.7 0 0 0-1.7 1.7v5.1c0 .5.3 1 .7 1.2" />
    </>
  ),
  search: (
    <>
      <circle cx="7" cy="7" r="4.25" />
      <path d="m10.3 10.3 3.2 3.2" />
    </>
  ),
  chevron: <path d="m6 3.8 4.2 4.2L6 12.2" />,
  back: <path d="M10 3.8 5.8 8l4.2 4.2" />,
  tree: <path d="M3.5 2.5v8a2 2 0 0 0 2 2h2m-4-7.5h4m3 0h3m-3 7.5h3" />,
  stop: <rect x="4" y="4" width="8" height="8" rx="1.5" />,
};

export function Icon({ name, label }: { readonly name: IconName; readonly label?: string }) {
  return (
    <svg
      class={`icon icon-${name}`}
      viewBox="0 0 16 16"
      width="16"
      height="16"
      {...(label === undefined ? { 'aria-hidden': 'true' } : { role: 'img', 'aria-label': label })}
    >
      {SHAPES[name]}
    </svg>
  );
}
