import type { JSX } from 'preact';
import type { ListTrouble } from '../live/task-list.js';
import { markMistake } from '../text/mistake.js';
import { visible } from '../text/visible.js';
import { Icon } from './Icon.js';

/** What the server cannot read in a search, and where. */
export function SearchMistake({ mistake: { error, q } }: { readonly mistake: ListTrouble }) {
  const found = error.errors.find(({ parameter }) => parameter === 'q');
  const position = found?.position;
  const marked = position === undefined ? null : markMistake(q, position);
  return (
    <div class="search-mistake" id="search-mistake" role="status">
      <Icon name="attention" />
      <div>
        {marked !== null && (
          <pre>
            {visible(marked.before)}
            <mark class={marked.wrong === '' ? 'is-missing' : undefined}>
              {visible(marked.wrong)}
            </mark>
            {visible(marked.after)}
          </pre>
        )}
        <p>{withCode(visible(found?.detail ?? error.detail))}</p>
      </div>
    </div>
  );
}

/** What stands between backticks is what somebody would write. */
function withCode(text: string): readonly (string | JSX.Element)[] {
  return text
    .split('`')
    .map((part, index) => (index % 2 === 0 ? part : <code key={index}>{part}</code>));
}
