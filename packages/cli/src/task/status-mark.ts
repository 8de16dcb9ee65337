import type { Look, Style } from '../terminal/style.js';
import type { ShownTask, Status } from './shown-task.js';

/** A sign and a colour for each state, so that neither has to be there for the other to be understood. */
const MARKS: { readonly [S in Status | 'stalled' | 'cancelling']: readonly [string, Look | ''] } = {
  pending: ['○', 'dim'],
  running: ['▸', 'accent'],
  stalled: ['!', 'yellow'],
  cancelling: ['◌', 'yellow'],
  completed: ['✓', 'green'],
  failed: ['✗', 'red'],
  cancelled: ['–', 'dim'],
};

export type Marked = keyof typeof MARKS;

/** One column. */
export function mark(state: Marked, style: Style): string {
  const [sign, look] = MARKS[state];
  return style(look, sign);
}

/** The sign and the word. */
export function markedWord(state: Marked, style: Style): string {
  const [sign, look] = MARKS[state];
  return style(look, `${sign} ${state}`);
}

export function stateOf({ status, health, cancel }: ShownTask): Marked {
  if (status !== 'running') return status;
  if (cancel !== null) return 'cancelling';
  return health?.state === 'stalled' ? 'stalled' : 'running';
}
