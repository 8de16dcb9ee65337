import { useState } from 'preact/hooks';
import type { OneTask } from '../live/one-task.js';
import { searchHref } from '../route.js';
import { likeness } from '../text/failure-groups.js';
import { failureWords } from '../text/failure-words.js';
import { searchTerm } from '../text/search-term.js';
import { beginning, visible } from '../text/visible.js';
import { CopyButton } from './CopyButton.js';
import { Icon } from './Icon.js';

/** A stack that is longer is cut until somebody wants to see it. */
const MOST_LINES = 12;

/** These say no more than that there was an error. */
const PLAIN_NAMES: readonly string[] = ['Error', 'TaskFailedError'];

/** Why a task failed, what that means, and where. */
export function Failure({ one }: { readonly one: OneTask }) {
  const error = one.seen.value?.task.error;
  if (error === undefined || error === null) return null;
  const stack = one.stack.value;
  const q = `status:failed ${searchTerm('error', likeness(error.message) || error.code)}`;
  return (
    <section class="card is-failure" aria-labelledby="failure-title">
      <header class="card-head">
        <h2 id="failure-title">
          <Icon name="failed" />
          Why it failed
        </h2>
        <CopyButton text={stack ?? error.message} what="the error" />
      </header>
      <div class="failure">
        <p>
          <span class="tag">{visible(error.code)}</span>
          {error.name !== null && !PLAIN_NAMES.includes(error.name) && (
            <span class="tag">{visible(error.name)}</span>
          )}
        </p>
        <Message text={error.message} />
        <p class="secondary">{failureWords(error.code)}</p>
        {stack !== null && <Stack text={stack} />}
        <p class="secondary">
          <a href={searchHref(q)}>Other failures like this</a>
        </p>
      </div>
    </section>
  );
}

function Message({ text }: { readonly text: string }) {
  const [isWhole, showAll] = useState(false);
  const start = beginning(text, isWhole ? Infinity : 2_000);
  return (
    <p class="failure-text" dir="auto">
      {visible(start.text) || 'It said nothing.'}
      {start.isCut && (
        <button type="button" class="more" onClick={() => showAll(true)}>
          … more
        </button>
      )}
    </p>
  );
}

function Stack({ text }: { readonly text: string }) {
  const [isWhole, showAll] = useState(false);
  const lines = text.split('\n');
  const shown = isWhole ? lines : lines.slice(0, MOST_LINES);
  return (
    <div>
      <pre class="block" tabIndex={0} aria-label="Stack">
        <code>{visible(shown.join('\n'))}</code>
      </pre>
      {shown.length < lines.length && (
        <button type="button" class="button is-quiet" onClick={() => showAll(true)}>
          Show all {lines.length} lines
        </button>
      )}
    </div>
  );
}
