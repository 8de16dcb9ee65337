import { usePage } from '../page.js';
import { exactInstantText, instantText } from '../text/instant.js';

/** An instant as the reader chose to see them. */
export function Instant({ at }: { readonly at: string }) {
  const { now, timeMode } = usePage();
  const mode = timeMode.value;
  const ms = Date.parse(at);
  if (Number.isNaN(ms)) return <span>{at}</span>;
  // What does not change with time is not drawn anew every second.
  const text = instantText(ms, mode, mode === 'relative' ? now.value : now.peek());
  return (
    // Where changes are read out, that a second has passed is none.
    <time dateTime={at} title={exactInstantText(ms)} aria-live="off">
      {text}
    </time>
  );
}
