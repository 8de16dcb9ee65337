import { useEffect, useState } from 'preact/hooks';
import { usePage } from '../page.js';

/** Whoever listens instead of looking is told the counts, but no more often than this, in milliseconds. */
const PAUSE_MS = 10_000;

/** Reads the counts out as they change. */
export function Announcer() {
  const { live } = usePage();
  const [said, say] = useState('');
  useEffect(() => {
    const tell = (): void => {
      const counts = live.counts.peek();
      if (counts === null) return;
      say(
        `${counts.running_tasks} running, ${counts.pending_tasks} pending, ${counts.failed_tasks} failed.`,
      );
    };
    const timer = setInterval(tell, PAUSE_MS);
    return () => clearInterval(timer);
  }, [live]);
  return (
    <p class="unseen" aria-live="polite">
      {said}
    </p>
  );
}
