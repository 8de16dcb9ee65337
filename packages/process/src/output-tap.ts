import type { ChildProcess } from 'node:child_process';
import { PassThrough, type Readable } from 'node:stream';
import { drained } from './drain.js';

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
    await drained(Promise.all(this.#taps.map((tap) => tap.closed)));
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
