import type { OneTask } from '../live/one-task.js';
import { visible } from '../text/visible.js';
import { CopyButton } from './CopyButton.js';
import { Json } from './Json.js';

/** What a task came to, or why that is not told. */
export function TaskResult({ one }: { readonly one: OneTask }) {
  const task = one.seen.value?.task;
  if (task === undefined || (task.result === null && task.result_omitted === null)) return null;
  return (
    <section class="card" aria-labelledby="result-title">
      <header class="card-head">
        <h2 id="result-title">Result</h2>
        {task.result !== null && (
          <CopyButton text={JSON.stringify(task.result, null, 2)} what="the result" />
        )}
      </header>
      {task.result_omitted === null ? (
        <Json value={task.result} />
      ) : (
        <p class="nothing">
          The work returned something that is not kept: {visible(task.result_omitted)}
        </p>
      )}
    </section>
  );
}
