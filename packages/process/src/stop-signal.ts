import type { Check } from '@task-monitor/core';

const SIGNALS = ['SIGTERM', 'SIGINT', 'SIGHUP', 'SIGQUIT', 'SIGUSR1', 'SIGUSR2'] as const;

/** A signal that asks a program to stop. */
export type StopSignal = (typeof SIGNALS)[number];

/** One, or a function that is asked for it when it is time to stop. */
export type StopSignalOption = StopSignal | (() => StopSignal);

/** What a command and its descendants are told when they are to stop, and how long they have. */
export interface Stopping {
  readonly stopSignal: StopSignalOption;
  readonly forceKillAfterMs: number;
}

const EXPECTED = `${SIGNALS.map((name) => JSON.stringify(name)).join(', ')} or a function that answers with one`;

export const stopSignalOption: Check = (value) =>
  isStopSignal(value) || typeof value === 'function' ? null : EXPECTED;

/** What is to be sent now: SIGTERM where the function has no answer, as not to stop is no choice; `onError` is told. */
export function signalToSend(
  option: StopSignalOption,
  onError: (error: unknown) => void,
): StopSignal {
  try {
    const signal: unknown = typeof option === 'function' ? option() : option;
    if (isStopSignal(signal)) return signal;
    throw new TypeError(`Expected \`stopSignal\` to answer with one of ${SIGNALS.join(', ')}.`);
  } catch (error) {
    onError(error);
    return 'SIGTERM';
  }
}

function isStopSignal(value: unknown): value is StopSignal {
  return (SIGNALS as readonly unknown[]).includes(value);
}
