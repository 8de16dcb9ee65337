import { Writable } from 'node:stream';
import { describe, expect, it } from '@jest/globals';
import { LiveBlock } from './live-block.js';
import { Screen } from './screen.js';
import { Terminal } from './terminal.js';

/** A terminal of 20 columns, and what was written to it. */
function aTerminal() {
  const writes: string[] = [];
  const out = new Writable({
    write(chunk: Buffer, _encoding, done) {
      writes.push(chunk.toString());
      done();
    },
  });
  const stream = Object.assign(out, { isTTY: true, columns: 40, rows: 10 });
  const terminal = new Terminal(stream, { noColor: false, env: { TERM: 'xterm' } });
  return { terminal, writes, stream };
}

describe('Screen', () => {
  it('draws each picture with one write, and none that is there already', () => {
    const { terminal, writes } = aTerminal();
    const screen = new Screen(terminal);
    screen.enter();
    screen.draw(['one', 'two']);
    screen.draw(['one', 'two']);
    screen.draw(['one', 'three']);
    expect(writes).toHaveLength(3);
    expect(writes[1]).toBe('\x1b[?2026h\x1b[Hone\x1b[K\r\ntwo\x1b[K\x1b[J\x1b[?2026l');
  });

  it('draws nothing before it was entered and after it was left, which it is once', () => {
    const { terminal, writes } = aTerminal();
    const screen = new Screen(terminal);
    screen.draw(['one']);
    screen.enter();
    screen.leave();
    screen.leave();
    screen.draw(['one']);
    expect(writes).toEqual(['\x1b[?1049h\x1b[?25l\x1b[?7l', '\x1b[?7h\x1b[?25h\x1b[?1049l']);
  });
});

describe('LiveBlock', () => {
  it('draws over its own lines, below what it printed', () => {
    const { terminal, writes } = aTerminal();
    const block = new LiveBlock(terminal);
    block.draw(['bar', 'detail']);
    block.print('a line');
    block.draw(['bar', 'detail']);
    block.end();
    expect(writes).toEqual([
      '\x1b[?2026h\x1b[?25l\r\x1b[Jbar\r\ndetail\x1b[?2026l',
      '\x1b[?2026h\x1b[?25l\r\x1b[1A\x1b[Ja line\r\nbar\r\ndetail\x1b[?2026l',
      '\r\x1b[1A\x1b[J\x1b[?25h',
    ]);
  });

  it('goes up further where its lines have wrapped in a narrower terminal', () => {
    const { terminal, writes, stream } = aTerminal();
    const block = new LiveBlock(terminal);
    block.draw(['x'.repeat(39), 'detail']);
    stream.columns = 21;
    block.draw(['x'.repeat(20), 'detail']);
    expect(writes[1]).toContain('\r\x1b[2A\x1b[J');
  });
});

describe('Terminal', () => {
  it('has as many columns as nobody counts where it is none', () => {
    const out = new Writable({ write: (_chunk, _encoding, done) => done() });
    const terminal = new Terminal(out, { noColor: false, env: {} });
    expect([terminal.columns, terminal.rows, terminal.isLive]).toEqual([Infinity, Infinity, false]);
  });

  it('leaves its last column free, and is not drawn on where the cursor cannot be moved', () => {
    const { terminal, stream } = aTerminal();
    expect([terminal.columns, terminal.rows, terminal.isLive]).toEqual([39, 10, true]);
    expect(new Terminal(stream, { noColor: false, env: { TERM: 'dumb' } }).isLive).toBe(false);
  });

  it('waits for who reads slowly', async () => {
    let taken = (): void => {};
    const out = new Writable({
      highWaterMark: 1,
      write: (_chunk, _encoding, done) => (taken = done),
    });
    const terminal = new Terminal(out, { noColor: false, env: {} });
    let isWritten = false;
    const written = terminal.line('much').then(() => (isWritten = true));
    await Promise.resolve();
    expect(isWritten).toBe(false);
    taken();
    await written;
  });
});
