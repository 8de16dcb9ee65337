import { constants } from 'node:os';
import { systemClock } from './clock.js';
import { toFailure } from './failure.js';
import type { TaskMonitor } from './monitor.js';
import { boolean, type Check, checkOptions, milliseconds, show, wrongOption } from './options.js';
import { Redactor } from './redact/redactor.js';
import { visibleText } from './text.js';

export interface CloseOnSignalsOptions {
  /** Which signals. Default: SIGTERM, which service managers send, and SIGINT, which Ctrl+C sends. */
  readonly signals?: readonly NodeJS.Signals[];
  /**
   * Milliseconds that running functions get to stop, as with `close`. Default 5,500: half a second more than a child
   * process gets between SIGTERM and SIGKILL, so that its end is recorded, and the process is over within 6 s.
   */
  readonly graceMs?: number;
  /**
   * Whether the process exits when all monitors are closed: with code 0, or with 1 if one could not be, or not within half
   * a second after `graceMs`. Default `true`. With `false` that is left to you; from then on signals act as if this had
   * never been called.
   */
  readonly exit?: boolean;
}

/** How long after `graceMs` a store may take to write the last ends and to close. */
const LAST_WRITES_MS = 500;

/**
 * Closes monitors when this process is told to end: at the first of the signals all of them are closed, and then the
 * process exits. More signals change nothing. Give it all monitors in one call, as the process exits when those of the
 * first call are closed.
 *
 * Returns a function that undoes it. The listeners do not keep the process alive.
 *
 * @throws {@link TaskMonitorError} INVALID_OPTIONS
 *
 * @example
 * closeOnSignals(monitor);
 */
export function closeOnSignals(
  monitors: TaskMonitor | readonly TaskMonitor[],
  options: CloseOnSignalsOptions = {},
): () => void {
  const all = [monitors].flat() as readonly TaskMonitor[];
  if (all.length === 0 || !all.every(isMonitor))
    throw wrongOption('monitors', 'a TaskMonitor, or several of them', monitors);
  checkOptions('closeOnSignals', options, {
    signals: signalNames,
    graceMs: milliseconds,
    exit: boolean,
  });
  const { signals = ['SIGTERM', 'SIGINT'], graceMs = 5_500, exit = true } = options;
  const names = [...new Set(signals)];

  const undo = (): void => names.forEach((name) => process.off(name, onSignal));
  let isClosing = false;
  const onSignal = (signal: NodeJS.Signals): void => {
    if (isClosing) return;
    isClosing = true;
    if (exit) systemClock.after(graceMs + LAST_WRITES_MS, () => process.exit(1));
    void closeAll(all, graceMs, signal).then((closed) => {
      if (exit) process.exit(closed ? 0 : 1);
      undo();
    });
  };
  names.forEach((name) => process.on(name, onSignal));
  return undo;
}

/** `false` if one could not be closed properly, which is then said. */
async function closeAll(
  monitors: readonly TaskMonitor[],
  graceMs: number,
  signal: NodeJS.Signals,
): Promise<boolean> {
  const ends = await Promise.allSettled(monitors.map((monitor) => monitor.close({ graceMs })));
  let closed = true;
  for (const end of ends) {
    if (end.status === 'fulfilled') continue;
    closed = false;
    const { message } = toFailure(end.reason, false, new Redactor());
    process.emitWarning(
      visibleText(`While closing on ${signal}: ${message}`),
      'TaskMonitorWarning',
    );
  }
  // A warning is printed a turn later.
  if (!closed) await new Promise((resolve) => setImmediate(resolve));
  return closed;
}

/** Not by `instanceof`: the other of the two forms of this package may have made it. */
function isMonitor(value: unknown): boolean {
  return typeof (value as Partial<TaskMonitor> | null | undefined)?.close === 'function';
}

const signalNames: Check = (value) => {
  const expected = 'a list of signals that a process can listen to, such as SIGTERM';
  if (!Array.isArray(value) || value.length === 0) return expected;
  const wrong: unknown = value.find((name) => !isSignal(name));
  return wrong === undefined ? null : `${expected}, not ${show(wrong)} among others`;
};

function isSignal(name: unknown): boolean {
  return (
    typeof name === 'string' &&
    Object.hasOwn(constants.signals, name) &&
    name !== 'SIGKILL' &&
    name !== 'SIGSTOP'
  );
}
