import { getEventListeners } from 'node:events';
import { SignalListeners } from './signal-listeners.js';

const listenersOf = (signal: AbortSignal): number => getEventListeners(signal, 'abort').length;

describe('SignalListeners', () => {
  it('puts any number of listeners behind one, and none when they are called off', () => {
    const listeners = new SignalListeners();
    const { signal } = new AbortController();
    const callOff = Array.from({ length: 100 }, () => listeners.onAbort(signal, () => {}));
    expect(listenersOf(signal)).toBe(1);
    for (const off of callOff) {
      off();
      off();
    }
    expect(listenersOf(signal)).toBe(0);
    listeners.onAbort(signal, () => {})();
    expect(listenersOf(signal)).toBe(0);
  });

  it('calls each of them once', () => {
    const listeners = new SignalListeners();
    const controller = new AbortController();
    const called: number[] = [];
    for (const number of [1, 2, 3]) listeners.onAbort(controller.signal, () => called.push(number));
    listeners.onAbort(controller.signal, () => called.push(4))();
    controller.abort();
    controller.abort();
    expect(called).toEqual([1, 2, 3]);
  });

  it('calls at once for a signal that has fired', () => {
    let called = 0;
    new SignalListeners().onAbort(AbortSignal.abort(), () => called++)();
    expect(called).toBe(1);
  });

  it('does not mind listeners that come and go while it tells them', () => {
    const listeners = new SignalListeners();
    const controller = new AbortController();
    const called: string[] = [];
    listeners.onAbort(controller.signal, () => {
      called.push('first');
      callOff();
      listeners.onAbort(controller.signal, () => called.push('late'));
    });
    const callOff = listeners.onAbort(controller.signal, () => called.push('called off'));
    controller.abort();
    expect(called).toEqual(['first', 'late']);
  });

  describe('any', () => {
    it('fires with the first of its signals', () => {
      const [a, b] = [new AbortController(), new AbortController()];
      const any = new SignalListeners().any([a.signal, b.signal]);
      expect(any.signal.aborted).toBe(false);
      b.abort();
      expect(any.signal.aborted).toBe(true);
      a.abort();
      any.release();
    });

    it('has fired already where one of them had', () => {
      expect(
        new SignalListeners().any([new AbortController().signal, AbortSignal.abort()]).signal
          .aborted,
      ).toBe(true);
    });

    it('lets go of them when it is released', () => {
      const listeners = new SignalListeners();
      const controller = new AbortController();
      const any = Array.from({ length: 50 }, () => listeners.any([controller.signal]));
      expect(listenersOf(controller.signal)).toBe(1);
      for (const { release } of any) release();
      expect(listenersOf(controller.signal)).toBe(0);
      controller.abort();
      expect(any[0]?.signal.aborted).toBe(false);
    });
  });
});
