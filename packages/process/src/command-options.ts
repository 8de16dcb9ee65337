import {
  boolean,
  type Check,
  checkOptions,
  type JsonObject,
  type RunOptions,
  type TaskMonitor,
  wrongOption,
} from '@task-monitor/core';
import type { ChildEnvironment } from './child-environment.js';
import { progressOption, type ProgressOption } from './progress/formats.js';
import { type Stopping, stopSignalOption, type StopSignalOption } from './stop-signal.js';

/** How to run a command, beside what every tracked task has: `type`, `name`, `metadata`, `timeoutMs`, `signal`, … */
export interface RunCommandOptions<Metadata extends object = JsonObject> extends Omit<
  RunOptions<Metadata>,
  'command' | 'steps' | 'underWay'
> {
  /** The directory that the command runs in. Default: that of this process. */
  readonly cwd?: string;
  /** Variables over those of this process; `undefined` takes one away. Never stored. Default: none. */
  readonly env?: ChildEnvironment;
  /**
   * Whether the command sees the variables of this process. `false` keeps their secrets from it, and also PATH, so name the
   * program by its full path then, or give PATH in `env`. Default: `true`, as programs expect HOME, PATH, LANG and others.
   */
  readonly inheritEnv?: boolean;
  /** What the command reads from its standard input. Default: nothing, an input that is at its end. */
  readonly input?: string | Uint8Array;
  /**
   * Whether its standard input stays open after `input`, until this process is gone, however it dies. A program that reads
   * it to its end on a thread can end itself then. Default `false`: many programs read their input to its end first.
   */
  readonly keepInputOpen?: boolean;
  /**
   * Whether the command reads the standard input of this process, as in a pipeline, in place of `input`. Nothing else is to read
   * it then. A command in a group of its own cannot use a terminal as it would alone: it gets no Ctrl+C from it. Default `false`.
   */
  readonly inheritInput?: boolean;
  /**
   * What asks the command and its descendants to stop, or a function that is asked for that once, when it is time to. Unless
   * it is SIGTERM, that follows: after half of `forceKillAfterMs`, or once the command has ended, to what is left. Default: SIGTERM, which
   * every program can be told by; some do more at another, as Python, which runs its `finally` blocks at SIGINT.
   */
  readonly stopSignal?: StopSignalOption;
  /**
   * How long the command and its descendants have to end after `stopSignal` before SIGKILL, in milliseconds. Default: 5,000, which
   * leaves half of the 10 s after which a monitor ends a task that does not stop; with more, raise its `cancelGraceMs` too.
   */
  readonly forceKillAfterMs?: number;
  /**
   * How progress is found in what the command writes to either output: `'auto'` tries every known format; a
   * {@link ProgressFormat} or an array of them only those; `'none'` or `false` takes every line for an ordinary one; a
   * {@link ProgressParser} reads a format of your own. Default: `'auto'`, as a line that is no progress is rarely taken for it.
   */
  readonly progress?: ProgressOption;
}

/**
 * How to track a child process that runs already, beside what every tracked task has. There is no `idempotencyKey`: the
 * child would run whatever that leads to.
 */
export type AttachOptions<Metadata extends object = JsonObject> = Omit<
  RunCommandOptions<Metadata>,
  SpawnOption | 'idempotencyKey'
> &
  Pick<RunOptions, 'command'>;

/** What is decided when a child is started. */
type SpawnOption = 'cwd' | 'env' | 'inheritEnv' | 'input' | 'keepInputOpen' | 'inheritInput';

/** The options that are not the monitor's. */
export interface CommandSettings extends Stopping {
  readonly cwd: string | undefined;
  readonly env: ChildEnvironment | undefined;
  readonly inheritEnv: boolean;
  readonly input: string | Uint8Array | undefined;
  readonly keepInputOpen: boolean;
  readonly inheritInput: boolean;
  readonly progress: ProgressOption;
}

/** Those of a child that runs already. */
export type AttachSettings = Pick<CommandSettings, keyof Stopping | 'progress'>;

const DEFAULT_FORCE_KILL_AFTER_MS = 5_000;
/** A longer delay would make `setTimeout` fire at once. */
const LONGEST_DELAY_MS = 2 ** 31 - 1;

/** The monitor's options, which `monitor.run` checks, and ours. */
const ATTACH_CHECKS: Record<Exclude<keyof AttachOptions, 'command'>, Check | null> = {
  id: null,
  type: null,
  name: null,
  metadata: null,
  tags: null,
  parentId: null,
  weight: null,
  timeoutMs: null,
  heartbeatTimeoutMs: null,
  signal: null,
  forceKillAfterMs: (value) =>
    typeof value === 'number' && value >= 0 && value <= LONGEST_DELAY_MS
      ? null
      : 'a number of milliseconds from 0 to 2^31 − 1',
  stopSignal: stopSignalOption,
  progress: progressOption,
};

const CHECKS: Record<keyof RunCommandOptions, Check | null> = {
  ...ATTACH_CHECKS,
  idempotencyKey: null,
  cwd: (value) => (typeof value === 'string' && value !== '' ? null : 'the path of a directory'),
  env: (value) => (isEnvironment(value) ? null : 'an object of strings'),
  inheritEnv: boolean,
  input: (value) =>
    typeof value === 'string' || value instanceof Uint8Array ? null : 'a string or a Uint8Array',
  keepInputOpen: boolean,
  inheritInput: boolean,
};

/**
 * Not by `instanceof`: the other of the two forms of the core may have made it.
 *
 * @throws {@link TaskMonitorError} INVALID_OPTIONS
 */
export function checkMonitor(monitor: unknown): void {
  const { run, watch } = (monitor ?? {}) as Partial<TaskMonitor>;
  if (typeof run !== 'function' || typeof watch !== 'function')
    throw wrongOption('monitor', 'a TaskMonitor', monitor);
}

/** @throws {@link TaskMonitorError} INVALID_OPTIONS */
export function checkCommand(command: unknown): void {
  if (!Array.isArray(command) || !command.every((part) => typeof part === 'string')) {
    throw wrongOption('command', 'an array of strings, the program and its arguments', command);
  }
}

/**
 * The options sorted into those of the monitor and the command's own, with their defaults.
 *
 * @throws {@link TaskMonitorError} INVALID_OPTIONS for a name or a value that is none.
 */
export function splitOptions<Metadata extends object>(
  options: RunCommandOptions<Metadata>,
): {
  readonly run: Omit<RunOptions<Metadata>, 'command'>;
  readonly settings: CommandSettings;
} {
  if ('shell' in Object(options)) {
    const instead =
      "left out: commands never run in a shell; where you need one, run ['sh', '-c', script]";
    throw wrongOption('shell', instead, (options as { shell?: unknown }).shell);
  }
  checkOptions('runCommand', options, CHECKS);
  const { cwd, env, inheritEnv = true, input, keepInputOpen = false, ...rest } = options;
  const { inheritInput = false, ...others } = rest;
  if (inheritInput && (input !== undefined || keepInputOpen))
    throw wrongOption('inheritInput', 'left out beside `input` and `keepInputOpen`', inheritInput);
  const { run, settings } = splitCommon(others);
  return {
    run,
    settings: { cwd, env, inheritEnv, input, keepInputOpen, inheritInput, ...settings },
  };
}

/**
 * As {@link splitOptions}, for `attach`.
 *
 * @throws {@link TaskMonitorError} INVALID_OPTIONS for a name or a value that is none.
 */
export function splitAttachOptions<Metadata extends object>(
  options: AttachOptions<Metadata>,
): {
  readonly run: Omit<RunOptions<Metadata>, 'underWay'>;
  readonly settings: AttachSettings;
} {
  checkOptions('attach', options, { ...ATTACH_CHECKS, command: null });
  return splitCommon(options);
}

function splitCommon<Options extends Partial<AttachSettings>>(
  options: Options,
): {
  readonly run: Omit<Options, 'stopSignal' | 'forceKillAfterMs' | 'progress'>;
  readonly settings: AttachSettings;
} {
  const {
    stopSignal = 'SIGTERM',
    forceKillAfterMs = DEFAULT_FORCE_KILL_AFTER_MS,
    progress = 'auto',
    ...run
  } = options;
  return { run, settings: { stopSignal, forceKillAfterMs, progress } };
}

function isEnvironment(value: unknown): boolean {
  return (
    typeof value === 'object' &&
    value !== null &&
    !Array.isArray(value) &&
    Object.values(value).every((item) => item === undefined || typeof item === 'string')
  );
}
