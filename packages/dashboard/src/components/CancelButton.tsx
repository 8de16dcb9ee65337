import { useState } from 'preact/hooks';
import type { OneTask } from '../live/one-task.js';
import { CancelDialog } from './CancelDialog.js';
import { Icon } from './Icon.js';

/** Asks to cancel a task, as long as that makes sense. */
export function CancelButton({ one }: { readonly one: OneTask }) {
  const [isOpen, open] = useState(false);
  const task = one.seen.value?.task;
  if (task === undefined) return null;
  const isActive = task.status === 'pending' || task.status === 'running';
  const mayAsk = isActive && task.cancel === null && one.removedAt.value === null;
  return (
    <>
      {mayAsk && (
        <button type="button" class="button is-danger" onClick={() => open(true)}>
          <Icon name="stop" />
          Cancel …
        </button>
      )}
      {isOpen && <CancelDialog one={one} onClose={() => open(false)} />}
    </>
  );
}
