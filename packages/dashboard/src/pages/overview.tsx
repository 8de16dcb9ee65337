import { Charts } from '../components/Charts.js';
import { CountStrip } from '../components/CountStrip.js';
import { useMeasuredGlide } from '../components/glide.js';
import { FailureGroups } from '../components/FailureGroups.js';
import { NoAnswer } from '../components/NoAnswer.js';
import { Notice } from '../components/Notice.js';
import { RunningRow } from '../components/RunningRow.js';
import { Unwell } from '../components/Unwell.js';
import { usePage } from '../page.js';
import { searchHref } from '../route.js';
import { countText } from '../text/number.js';

/** What runs, how far and until when; what failed and why; how it went so far. */
export function OverviewPage() {
  const { live } = usePage();
  const counts = live.counts.value;
  const { error } = live.connection.value;
  const isEmpty = counts !== null && Object.values(counts).every((count) => count === 0);
  return (
    <>
      <h1 class="unseen">Overview</h1>
      <CountStrip />
      {counts === null ? (
        error === null ? (
          <p class="card nothing">Loading …</p>
        ) : (
          <NoAnswer detail={error.detail} />
        )
      ) : isEmpty ? (
        <Welcome />
      ) : (
        <div class="overview">
          <Charts />
          <div class="columns">
            <Running />
            <Wrong />
          </div>
        </div>
      )}
    </>
  );
}

/** What does not move, and what failed. */
function Wrong() {
  // It comes and goes, and the failures with it.
  void usePage().live.unwell.value;
  const cards = useMeasuredGlide<HTMLDivElement>();
  return (
    <div class="column" ref={cards}>
      <Unwell />
      <FailureGroups />
    </div>
  );
}

function Running() {
  const { live } = usePage();
  const counts = live.counts.value;
  const ids = live.runningIds.value;
  const more = (counts?.running_tasks ?? 0) - ids.length;
  return (
    <section class="card" aria-labelledby="running-title">
      <header class="card-head">
        <h2 id="running-title">Running</h2>
        <a href={searchHref('status:running')}>All running</a>
      </header>
      {ids.length === 0 ? (
        <p class="nothing">Nothing runs. {waiting(counts?.pending_tasks ?? 0)}</p>
      ) : (
        <ul class="rows">
          {ids.map((id) => (
            <RunningRow key={id} id={id} />
          ))}
        </ul>
      )}
      {more > 0 && ids.length >= 100 && <p class="nothing">And {countText(more)} more.</p>}
    </section>
  );
}

function waiting(pending: number): string {
  if (pending === 0) return 'Nothing waits either.';
  return pending === 1 ? 'One task waits.' : `${countText(pending)} tasks wait.`;
}

function Welcome() {
  return (
    <Notice icon="pending" title="No tasks yet">
      <p>As soon as your application starts one, it appears here by itself:</p>
      <pre>
        <code>{SNIPPET}</code>
      </pre>
    </Notice>
  );
}

const SNIPPET = `await monitor.run({ type: 'ingest' }, async ({ progress }) => {
  await progress({ current: 1, total: 40, unit: 'pages' });
});`;
