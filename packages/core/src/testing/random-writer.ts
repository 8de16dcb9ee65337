import { aCancellation, anOwner, aParent, CREATED_AT } from './builders.js';
import { LeaseSearch } from './lease-search.js';
import type { TaskFilter } from '../query.js';
import type { SeededRandom } from './seeded-random.js';
import type { TaskStore } from '../store.js';
import { FINISHED_STATUSES, TASK_STATUSES } from '../task.js';
import { Writer } from './writer.js';

const TYPES = ['ingest', 'search', null] as const;
const TAGS = ['nightly', 'video', 'gpu'] as const;
const PARENTS = [aParent('batch-1'), aParent('batch-2'), null] as const;
const OWNERS = ['owner-1', 'owner-2', 'owner-3'] as const;

/** Writes anything to a store, also what the store has to refuse: the same for the same seed. */
export class RandomWriter {
  readonly #writer: Writer;
  readonly #search: LeaseSearch;
  readonly #random: SeededRandom;
  readonly #ids: string[] = ['unknown-1'];
  #now = CREATED_AT;

  constructor(store: TaskStore, random: SeededRandom, id = 'monitor-1') {
    this.#writer = new Writer(store, id);
    this.#search = new LeaseSearch(store, `${id}-search`);
    this.#random = random;
  }

  /** One write. */
  async write(): Promise<void> {
    this.#now += this.#random.below(1_000);
    const random = this.#random;
    const dice = random.below(100);
    if (dice < 25) await this.#create();
    else if (dice < 45) await this.#start();
    else if (dice < 55)
      await this.#writer.tryProgress(this.#anId(), { current: random.below(9) }, this.#now);
    else if (dice < 60) await this.#writer.tryLog(this.#anId(), 'a line', 'and another');
    else if (dice < 65) await this.#writer.tryRequestCancel(this.#anId(), aCancellation());
    else if (dice < 90) await this.#end();
    else if (dice < 92) await this.#noteLateOutcome();
    else if (dice < 95) await this.#writer.tryRemove(this.#anId());
    else if (dice < 97) await this.#prune();
    else await this.#expire();
  }

  async #create(): Promise<void> {
    const random = this.#random;
    const id = random.chance(0.1) ? this.#anId() : `${this.#writer.id}-task-${this.#ids.length}`;
    this.#ids.push(id);
    await this.#writer.tryCreate(
      {
        id,
        type: random.of(TYPES),
        tags: TAGS.filter(() => random.chance(0.4)),
        parent: random.of(PARENTS),
        owner: random.chance(0.2) ? anOwner(random.of(OWNERS)) : null,
        createdAt: this.#now,
      },
      random.chance(0.2) ? `key-${random.below(20)}` : null,
    );
  }

  async #start(): Promise<void> {
    await this.#writer.tryTransition(this.#anId(), ['pending'], {
      status: 'running',
      startedAt: this.#now,
      owner: anOwner(this.#random.of(OWNERS)),
    });
  }

  async #end(): Promise<void> {
    const status = this.#random.of(FINISHED_STATUSES);
    await this.#writer.tryEnd(this.#anId(), {
      status,
      completedAt: this.#now - this.#random.below(5_000),
    });
  }

  async #noteLateOutcome(): Promise<void> {
    const lateOutcome = { status: 'completed', at: this.#now, message: null } as const;
    await this.#writer.tryTransition(this.#anId(), FINISHED_STATUSES, { lateOutcome });
  }

  async #prune(): Promise<void> {
    await this.#writer.prune({
      completedBefore: this.#now - 20_000,
      keepFinished: 20,
      filter: this.#random.chance(0.5) ? {} : { type: 'ingest' },
      limit: 3,
    });
  }

  async #expire(): Promise<void> {
    await this.#search.search({
      dead: [this.#random.of(OWNERS)],
      expired: false,
      at: this.#now,
      limit: 2,
    });
  }

  /** Mostly one of the newest tasks, so that tasks are met in every status. */
  #anId(): string {
    const { length } = this.#ids;
    const back = this.#random.below(Math.min(length, this.#random.chance(0.8) ? 12 : length));
    return this.#ids[length - 1 - back] as string;
  }
}

/** Every combination of what {@link RandomWriter} gives to its tasks, and some that nothing matches. */
export function allFilters(): readonly TaskFilter[] {
  const statuses = [
    undefined,
    [],
    ['running'],
    ['completed', 'failed'],
    ['pending', 'running'],
    TASK_STATUSES,
  ] as const;
  const filters: TaskFilter[] = [];
  for (const status of statuses) {
    for (const type of [undefined, 'ingest', 'nothing']) {
      for (const tag of [undefined, 'video', 'nothing']) {
        for (const parentId of [undefined, 'batch-1', 'nothing']) {
          filters.push({
            ...(status && { statuses: status }),
            ...(type !== undefined && { type }),
            ...(tag !== undefined && { tag }),
            ...(parentId !== undefined && { parentId }),
          });
        }
      }
    }
  }
  return filters;
}
