import { useState } from 'preact/hooks';
import { bytesText } from '../text/bytes.js';
import { jsonText } from '../text/json-text.js';
import { visible } from '../text/visible.js';

/** A value as JSON; of a long one the beginning, until somebody wants to see all. */
export function Json({ value }: { readonly value: unknown }) {
  const [isWhole, showAll] = useState(false);
  const { text, isCut, characters } = jsonText(value, isWhole);
  return (
    <>
      <pre class="block" tabIndex={0}>
        <code>{visible(text)}</code>
      </pre>
      {isCut && (
        <button type="button" class="button is-quiet" onClick={() => showAll(true)}>
          Show all {bytesText(characters)}
        </button>
      )}
    </>
  );
}
