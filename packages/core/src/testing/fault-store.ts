import { TaskMonitorError } from '../errors.js';
import { ForwardingStore, type StoreMethod } from '../forwarding-store.js';
import { SeededRandom } from './seeded-random.js';

/**
 * What becomes of a call: `ok` it is passed on; `failBefore` it rejects and the store never hears of it; `failAfter` the
 * store does it, but the answer is lost; `delay` it is passed on once `release` is called; `delayAnswer` it is passed on, and answered then; `hang` it is never answered;
 * `throwSync` it throws instead of rejecting, as no store should.
 */
export type Fault =
  'ok' | 'failBefore' | 'failAfter' | 'delay' | 'delayAnswer' | 'hang' | 'throwSync';

export interface RandomFaults {
  /** Share of the calls that go wrong, from 0 to 1. */
  readonly rate: number;
  /** The same calls go wrong in every run with the same seed. */
  readonly seed: number;
  /** Which of these becomes of them. Default `failBefore` and `failAfter`. */
  readonly faults?: readonly Fault[];
  /** Default: all but `close`. */
  readonly methods?: readonly StoreMethod[];
}

/** Stands before a store and lets calls go wrong, so that a test sees what the caller makes of it. */
export class FaultStore extends ForwardingStore {
  readonly #faults = new Map<StoreMethod, Fault>();
  readonly #calls = new Map<StoreMethod, number>();
  readonly #held: { readonly method: StoreMethod; readonly goOn: () => void }[] = [];
  #random: (RandomFaults & { readonly choice: SeededRandom }) | null = null;

  /** From now on every call of `method` goes wrong in this way, or right again with `ok`. */
  set(method: StoreMethod, fault: Fault): void {
    this.#faults.set(method, fault);
  }

  /** From now on calls go wrong by chance; `null` ends that. What was `set` goes before. */
  setRandom(random: RandomFaults | null): void {
    this.#random = random && { ...random, choice: new SeededRandom(random.seed) };
  }

  /** Passes on the delayed calls, of one method or of all, in the order in which they came. */
  release(method?: StoreMethod): void {
    const held = this.#held.splice(0);
    for (const call of held) {
      if (method === undefined || call.method === method) call.goOn();
      else this.#held.push(call);
    }
  }

  /** How often `method` was called, whatever became of it. */
  calls(method: StoreMethod): number {
    return this.#calls.get(method) ?? 0;
  }

  protected override forward<T>(method: StoreMethod, pass: () => Promise<T>): Promise<T> {
    this.#calls.set(method, this.calls(method) + 1);
    const fault = this.#faultOf(method);
    switch (fault) {
      case 'ok':
        return pass();
      case 'failBefore':
        return Promise.reject(unavailable(method, fault));
      case 'failAfter':
        return pass().then(() => Promise.reject(unavailable(method, fault)));
      case 'delay':
        return new Promise<void>((goOn) => this.#held.push({ method, goOn })).then(pass);
      case 'delayAnswer': {
        const answer = pass();
        answer.catch(() => {});
        return new Promise<void>((goOn) => this.#held.push({ method, goOn })).then(() => answer);
      }
      case 'hang':
        return new Promise(() => {});
      case 'throwSync':
        throw unavailable(method, fault);
    }
  }

  #faultOf(method: StoreMethod): Fault {
    const set = this.#faults.get(method);
    if (set !== undefined || this.#random === null) return set ?? 'ok';
    const { rate, choice, faults = ['failBefore', 'failAfter'], methods } = this.#random;
    const meant = methods === undefined ? method !== 'close' : methods.includes(method);
    return meant && choice.chance(rate) ? choice.of(faults) : 'ok';
  }
}

function unavailable(method: StoreMethod, fault: Fault): TaskMonitorError {
  return new TaskMonitorError(
    'STORE_UNAVAILABLE',
    `The store did not answer ${method} (${fault}).`,
  );
}
