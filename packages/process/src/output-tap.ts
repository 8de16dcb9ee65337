import type { ChildProcess } from 'node:child_process';
import { PassThrough, type Readable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';

/** How long after a child's end its pipes are read on, where a descendant holds them open. */
export const DRAIN_MS = 1_000;

/**
 * Hears what others read of a child's output: each chunk comes to its listeners and to this. It takes nothing away, and
 * neither starts nor stops a stream that somebody has paused.
 */
export class OutputTap {
  readonly stdout: PassThrough | null;
  readonly stderr: PassThrough | null;
  readonly #taps: readonly Tap[];

  constructor(child: ChildProcess) {
    const [stdout, stderr] = [tapOf(child.stdout), tapOf(child.stderr)];
    this.stdout = stdout?.copy ?? null;
    this.stderr = stderr?.copy ?? null;
    this.#taps = [stdout, stderr].filter((tap) => tap !== null);
  }

  /** To be called when the child has ended: resolves at the end of its output, or if that takes longer than a second. */
  async drained(): Promise<void> {
    const waiting = new AbortController();
    const late = delay(DRAIN_MS, undefined, { ref: false, signal: waiting.signal });
    await Promise.race([Promise.all(this.#taps.map((tap) => tap.closed)), late.catch(() => {})]);
    waiting.abort();
    await this.release();
  }

  /** Listens no longer. Resolves when what was heard has been read. */
  async release(): Promise<void> {
    await Promise.all(this.#taps.map((tap) => tap.release()));
  }
}

interface Tap {
  readonly copy: PassThrough;
  readonly closed: Promise<void>;
  release(): Promise<void>;
}

function tapOf(source: Readable | null): Tap | null {
  if (source === null) return null;
  const copy = new PassThrough();
  const ended = new Promise<void>((resolve) => copy.once('end', resolve));
  // With an encoding, chunks are text of it.
  const onData = (chunk: Buffer | string): void => {
    copy.write(
      typeof chunk === 'string' ? Buffer.from(chunk, source.readableEncoding ?? 'utf8') : chunk,
    );
  };
  source.on('data', onData);
  const closed = new Promise<void>((resolve) => {
    if (source.closed) resolve();
    else source.once('close', resolve);
  });
  return {
    copy,
    closed,
    release: () => {
      source.off('data', onData);
      copy.end();
      return ended;
    },
  };
}
