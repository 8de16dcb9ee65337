import { useEffect, useRef, useState } from 'preact/hooks';
import { TaskApiError } from '@task-monitor/client';
import type { OneTask } from '../live/one-task.js';
import { usePage } from '../page.js';
import { cancelPlan, cancelTrouble } from '../text/cancel-words.js';
import { visible } from '../text/visible.js';
import { titleOf } from './TaskName.js';

/** Makes sure, asks why, and says what came of it. */
export function CancelDialog(props: { readonly one: OneTask; readonly onClose: () => void }) {
  const { one, onClose } = props;
  const { client } = usePage();
  const dialog = useRef<HTMLDialogElement>(null);
  const [isAsking, setAsking] = useState(false);
  const [error, fail] = useState<TaskApiError | null>(null);
  useEffect(() => dialog.current?.showModal(), []);
  const task = one.seen.value?.task;
  if (task === undefined) return null;
  const trouble = error === null ? null : cancelTrouble(error, task.status);
  const isOver = task.status !== 'pending' && task.status !== 'running';
  const mayAsk = !isOver && (trouble === null || trouble.mayRepeat);
  const cancel = async (form: HTMLFormElement): Promise<void> => {
    const given = new FormData(form).get('reason');
    const reason = typeof given === 'string' ? given.trim() : '';
    setAsking(true);
    try {
      one.see(await client.cancel(one.id, { view: 'full', ...(reason !== '' && { reason }) }));
      dialog.current?.close();
      // The button that the dialog was opened by goes, and the focus would go with it.
      document.getElementById('main')?.focus({ preventScroll: true });
    } catch (thrown) {
      if (!(thrown instanceof TaskApiError)) throw thrown;
      fail(thrown);
    } finally {
      setAsking(false);
    }
  };
  return (
    <dialog ref={dialog} class="dialog" aria-labelledby="cancel-title" onClose={onClose}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void cancel(event.currentTarget);
        }}
      >
        <h2 id="cancel-title">Cancel this task?</h2>
        <p class="dialog-task" dir="auto">
          {titleOf(task)}
        </p>
        {isOver && trouble === null && <p>It is over already.</p>}
        {mayAsk && <p class="secondary">{cancelPlan(task)}</p>}
        {mayAsk && (
          <label class="field">
            Reason <span class="secondary">(kept with the task; may be left out)</span>
            <input name="reason" maxLength={500} autocomplete="off" />
          </label>
        )}
        {trouble !== null && (
          <div class="note is-bad" role="alert">
            <div>
              <strong>{trouble.title}.</strong> {visible(trouble.text)}
            </div>
          </div>
        )}
        <p class="buttons">
          <button type="button" class="button" onClick={() => dialog.current?.close()}>
            {mayAsk ? 'Keep it' : 'Close'}
          </button>
          {mayAsk && (
            <button type="submit" class="button is-danger is-main" disabled={isAsking}>
              {isAsking ? 'Asking …' : trouble === null ? 'Cancel the task' : 'Ask again'}
            </button>
          )}
        </p>
      </form>
    </dialog>
  );
}
