import { describeAudit } from './conformance/audit.js';
import { describeCancelRequest } from './conformance/cancel-request.js';
import { describeChangeReset } from './conformance/change-reset.js';
import { describeChanges } from './conformance/changes.js';
import { describeChangeWaiting } from './conformance/change-waiting.js';
import { describeClose } from './conformance/close.js';
import { describeCounts } from './conformance/counts.js';
import { describeCreate } from './conformance/create.js';
import { describeData } from './conformance/data.js';
import { describeGet } from './conformance/get.js';
import { describeIdempotency } from './conformance/idempotency.js';
import { describeIsolation } from './conformance/isolation.js';
import { describeLeaseGrace } from './conformance/lease-grace.js';
import { describeLeases } from './conformance/leases.js';
import { describeList } from './conformance/list.js';
import { describeOrphans } from './conformance/orphans.js';
import { describeOutput } from './conformance/output.js';
import { describeParents } from './conformance/parents.js';
import { describeProgress } from './conformance/progress.js';
import { describePrune } from './conformance/prune.js';
import { describeRaces } from './conformance/races.js';
import { describeRemove } from './conformance/remove.js';
import { describeRepeats } from './conformance/repeats.js';
import { describeSearch } from './conformance/search.js';
import { describeTransition } from './conformance/transition.js';
import { describeTransitionGuards } from './conformance/transition-guards.js';
import type { OpenTaskStore } from './opened-store.js';
import { describe } from './runner.js';

/**
 * The conformance suite: what every {@link TaskStore} does, as tests of the runner that calls it (jest, or vitest with
 * `globals: true`). No test is optional, and each gets a store of its own.
 *
 * @example
 * describeTaskStore('MyStore', async () => {
 *   const clock = new FakeClock();
 *   const store = await MyStore.open({ clock });
 *   return {
 *     store,
 *     another: () => MyStore.open({ clock, path: store.path }),
 *     advanceLeaseClock: (ms) => clock.advance(ms),
 *     dispose: () => store.drop(),
 *   };
 * });
 */
export function describeTaskStore(name: string, open: OpenTaskStore): void {
  describe(name, () => {
    for (const describeTopic of TOPICS) describeTopic(open);
  });
}

const TOPICS: readonly ((open: OpenTaskStore) => void)[] = [
  describeCreate,
  describeIdempotency,
  describeGet,
  describeTransition,
  describeTransitionGuards,
  describeProgress,
  describeCancelRequest,
  describeOutput,
  describeRepeats,
  describeRaces,
  describeList,
  describeCounts,
  describeParents,
  describeSearch,
  describeAudit,
  describeChanges,
  describeChangeWaiting,
  describeChangeReset,
  describeLeases,
  describeOrphans,
  describeLeaseGrace,
  describePrune,
  describeRemove,
  describeData,
  describeIsolation,
  describeClose,
];
