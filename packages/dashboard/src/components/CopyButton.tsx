import { useEffect, useState } from 'preact/hooks';
import { Icon } from './Icon.js';

/** How long it says that it is done, in milliseconds. */
const SAID_MS = 2_000;

/** Puts `text` into the clipboard, and says whether that worked. */
export function CopyButton({ text, what }: { readonly text: string; readonly what: string }) {
  const [said, say] = useState<'Copied' | 'Not allowed' | null>(null);
  useEffect(() => {
    if (said === null) return;
    const timer = setTimeout(() => say(null), SAID_MS);
    return () => clearTimeout(timer);
  }, [said]);
  const copy = async (): Promise<void> => {
    try {
      await navigator.clipboard.writeText(text);
      say('Copied');
    } catch {
      // Browsers give the clipboard only to pages that came over https, or from this machine.
      say('Not allowed');
    }
  };
  return (
    <button
      type="button"
      class="button is-quiet"
      onClick={() => void copy()}
      aria-label={`Copy ${what}`}
    >
      <Icon name={said === 'Copied' ? 'completed' : 'copy'} />
      <span aria-live="polite">{said ?? 'Copy'}</span>
    </button>
  );
}
