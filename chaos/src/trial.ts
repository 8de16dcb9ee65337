import { join } from 'node:path';
import type { Backend } from './backend.js';
import { Chance } from './chance.js';
import { CANARY } from './canary.js';
import { checkFiles } from './checker/canaries.js';
import { check } from './checker/checker.js';
import { callsOf, type ProcessHistory, type Violation } from './checker/history.js';
import { Observer, type Sight } from './observer.js';
import { openTarget } from './target.js';
import { WorkerProcess } from './worker-process.js';
import type { WorkerSettings } from './worker-settings.js';

interface Member {
  readonly worker: WorkerProcess;
  readonly wasAway: boolean;
  watchedFrom: number;
}

/** One database, the processes that were let loose on it, and who watches. */
export class Trial {
  readonly target: string;
  readonly chance: Chance;
  readonly #backend: Backend;
  readonly #deadWithinMs: number;
  readonly #members: Member[] = [];
  #observer: Observer;

  private constructor(
    backend: Backend,
    target: string,
    chance: Chance,
    deadWithinMs: number,
    observer: Observer,
  ) {
    this.#backend = backend;
    this.target = target;
    this.chance = chance;
    this.#deadWithinMs = deadWithinMs;
    this.#observer = observer;
  }

  /** `deadWithinMs`: how soon the tasks of a process that died have to be ended. */
  static async begin(backend: Backend, seed: number, deadWithinMs: number): Promise<Trial> {
    const target = await backend.createDatabase();
    const chance = new Chance(seed);
    const observer = await Observer.on(await openTarget(target), chance);
    return new Trial(backend, target, chance, deadWithinMs, observer);
  }

  get observer(): Observer {
    return this.#observer;
  }

  get workers(): readonly WorkerProcess[] {
    return this.#members.map(({ worker }) => worker);
  }

  spawn(
    name: string,
    settings: Partial<WorkerSettings> & Pick<WorkerSettings, 'mode'>,
    {
      wasAway = false,
      where = 'here',
    }: { readonly wasAway?: boolean; readonly where?: 'here' | 'elsewhere' } = {},
  ): WorkerProcess {
    const worker = new WorkerProcess(
      {
        target: this.target,
        name,
        journal: join(this.#backend.folder, `${Date.now()}-${name}.jsonl`),
        seed: this.chance.below(2 ** 31),
        tasks: 20,
        lanes: 20,
        meddles: false,
        faultPercent: 0,
        ...settings,
      },
      where,
    );
    this.#members.push({ worker, wasAway, watchedFrom: this.#observer.openedAt });
    return worker;
  }

  /** As after a restart: nobody looks until {@link reopen}. */
  async closeObserver(): Promise<void> {
    await this.#observer.close();
  }

  async reopen(): Promise<Observer> {
    const store = await openTarget(this.target);
    this.#observer = await Observer.on(store, this.chance, this.#observer);
    for (const member of this.#members)
      if (member.worker.exit === null || member.worker.exit.at > member.watchedFrom)
        member.watchedFrom = this.#observer.openedAt;
    return this.#observer;
  }

  /** Checks everything that happened on this database so far. All processes have to be dead or done. */
  async check(): Promise<{ readonly violations: readonly Violation[]; readonly sight: Sight }> {
    const processes = this.#members.map((member) => this.#historyOf(member));
    const unclear = processes
      .flatMap(callsOf)
      .filter(({ verb, answer }) => verb === 'log' && answer === null);
    const sight = await this.#observer.sight(new Set(unclear.map(({ id }) => id)));
    return { violations: check({ processes, ...sight }), sight };
  }

  /** Ends what is left of it. */
  async end(): Promise<void> {
    for (const { worker } of this.#members) {
      worker.signal('SIGCONT');
      await worker.kill();
    }
    await this.#observer.close();
  }

  /** Looks for planted secrets in the files of the database. Nobody in this process may have it open. */
  async checkFiles(): Promise<readonly Violation[]> {
    return checkFiles(await this.#backend.filesWith(this.target, CANARY));
  }

  integrity(): Promise<string> {
    return this.#backend.integrityOf(this.target);
  }

  #historyOf({ worker, wasAway, watchedFrom }: Member): ProcessHistory {
    const entries = worker.journal();
    const { exit, killedAt, settings } = worker;
    if (exit === null) throw new Error(`Worker ${settings.name} still runs.`);
    const closed = entries.find((entry) => entry.kind === 'note' && entry.what === 'closed');
    return {
      name: settings.name,
      entries,
      printed: worker.printed,
      wasAway,
      death: killedAt === null ? null : { at: killedAt, watchedFrom, withinMs: this.#deadWithinMs },
      ending:
        killedAt === null
          ? {
              code: exit.code,
              signal: exit.signal,
              afterCloseMs: exit.at - (closed?.at ?? exit.at),
            }
          : null,
    };
  }
}
