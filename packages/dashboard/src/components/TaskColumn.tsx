import { useComputed } from '@preact/signals';
import type { ComponentChildren } from 'preact';
import type { OneTask } from '../live/one-task.js';
import { useMeasuredGlide } from './glide.js';

/** Cards about a task below each other. What comes between them as it goes on does not make the others leap. */
export function TaskColumn(props: { readonly one: OneTask; readonly children: ComponentChildren }) {
  const { one, children } = props;
  const stage = useComputed(() => {
    const task = one.seen.value?.task;
    return `${task?.status} ${task?.cancel === null} ${one.stack.value === null}`;
  });
  void stage.value;
  const cards = useMeasuredGlide<HTMLDivElement>();
  return (
    <div class="column" ref={cards}>
      {children}
    </div>
  );
}
