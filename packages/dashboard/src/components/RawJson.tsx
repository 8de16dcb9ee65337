import { useState } from 'preact/hooks';
import { TaskApiError, type WireFullTask } from '@task-monitor/client';
import { usePage } from '../page.js';
import { visible } from '../text/visible.js';
import { CopyButton } from './CopyButton.js';
import { Instant } from './Instant.js';
import { Json } from './Json.js';

type Answer =
  { readonly task: WireFullTask; readonly at: string } | { readonly error: TaskApiError };

/** A task as the API sends it, asked for when somebody wants to see it. */
export function RawJson({ id }: { readonly id: string }) {
  const { client } = usePage();
  const [answer, take] = useState<Answer | null>(null);
  const ask = async (): Promise<void> => {
    try {
      const task = await client.task(id, { view: 'full' });
      take({ task, at: new Date().toISOString() });
    } catch (error) {
      if (!(error instanceof TaskApiError)) throw error;
      take({ error });
    }
  };
  return (
    <details
      class="card raw"
      onToggle={({ currentTarget }) => (currentTarget.open ? void ask() : take(null))}
    >
      <summary>Raw JSON</summary>
      {answer !== null && 'error' in answer && (
        <p class="nothing">{visible(answer.error.detail)}</p>
      )}
      {answer !== null && 'task' in answer && (
        <>
          <p class="raw-bar secondary">
            <span>
              As of <Instant at={answer.at} />
            </span>
            <span>
              <button type="button" class="button is-quiet" onClick={() => void ask()}>
                Ask again
              </button>
              <CopyButton text={JSON.stringify(answer.task, null, 2)} what="the JSON" />
            </span>
          </p>
          <Json value={answer.task} />
        </>
      )}
    </details>
  );
}
