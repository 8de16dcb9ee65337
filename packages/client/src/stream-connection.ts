import { EventStreamParser, type StreamBlock } from './event-stream-parser.js';
import { LinkedAbort } from './linked-abort.js';
import type { Question, Transport } from './transport.js';

export interface ConnectionOptions {
  readonly signal: AbortSignal;
  /** Milliseconds until the first byte has to be there. */
  readonly firstByteMs: number;
  /** Milliseconds without a byte after which the connection is taken for dead. */
  readonly silenceMs: number;
  /** Called when the first byte is there. */
  readonly onOpen: () => void;
}

/**
 * How a connection ended: `over`, nothing more is to come; `cut`, by the network or by the server; `silent`, it said nothing
 * for too long; `unusable`, what lies between lets no stream through.
 */
export type ConnectionEnd = 'over' | 'cut' | 'silent' | 'unusable';

/**
 * One connection to a stream: its blocks as they come. Nothing is read ahead of who reads it, and what is left of the
 * connection goes when that one stops. Rejects with what the server answers in place of a stream, and with the reason of the
 * signal.
 */
export async function* streamBlocks(
  transport: Transport,
  question: Question,
  { signal, firstByteMs, silenceMs, onOpen }: ConnectionOptions,
): AsyncGenerator<StreamBlock, ConnectionEnd> {
  const abort = new LinkedAbort(signal);
  const parser = new EventStreamParser();
  const decoder = new TextDecoder();
  let isOpen = false;
  try {
    abort.after(firstByteMs, TOO_LATE);
    const response = await transport.open({ ...question, signal: abort.signal });
    if (response.status === 204) return 'over';
    const type = response.headers.get('content-type') ?? '';
    if (!type.startsWith('text/event-stream') || response.body === null) return 'unusable';
    const reader = (response.body as ReadableStream<Uint8Array>).getReader();
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return 'cut';
      // However long it takes to deal with the blocks, the server is not to blame.
      abort.pause();
      if (!isOpen) onOpen();
      isOpen = true;
      yield* parser.push(decoder.decode(value, { stream: true }));
      abort.after(silenceMs, TOO_LATE);
    }
  } catch (error) {
    signal.throwIfAborted();
    if (abort.signal.aborted) return isOpen ? 'silent' : 'unusable';
    // What a body that is cut off rejects with is different in every browser.
    if (isOpen) return 'cut';
    throw error;
  } finally {
    abort.abort();
    abort.release();
  }
}

/** Never seen outside: what was aborted by time is told by {@link ConnectionEnd}. */
const TOO_LATE = new Error('Nothing came in time.');
