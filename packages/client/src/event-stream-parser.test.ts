import { describe, expect, it } from '@jest/globals';
import { EventStreamParser, type StreamBlock } from './event-stream-parser.js';

function parse(...pieces: string[]): StreamBlock[] {
  const parser = new EventStreamParser();
  return pieces.flatMap((piece) => [...parser.push(piece)]);
}

const block = (given: Partial<StreamBlock>): StreamBlock => ({
  name: 'message',
  data: null,
  id: null,
  retryMs: null,
  ...given,
});

const STREAM =
  ': hello\n\nretry: 2500\n\nevent: snapshot\nid: a.1\ndata: {"a":\ndata: "ü😀"}\n\nid: a.2\n\ndata: x\n\n';
const BLOCKS = [
  block({ retryMs: 2_500 }),
  block({ name: 'snapshot', id: 'a.1', data: '{"a":\n"ü😀"}' }),
  block({ id: 'a.2' }),
  block({ data: 'x' }),
];

describe('EventStreamParser', () => {
  it.each([
    ['LF', STREAM],
    ['CRLF', STREAM.replaceAll('\n', '\r\n')],
    ['CR', STREAM.replaceAll('\n', '\r')],
  ])('reads the same wherever the pieces begin: %s', (_, stream) => {
    expect(parse(stream)).toEqual(BLOCKS);
    expect(parse(...stream)).toEqual(BLOCKS);
    for (let cut = 0; cut <= stream.length; cut++)
      expect(parse(stream.slice(0, cut), stream.slice(cut))).toEqual(BLOCKS);
  });

  it('takes a byte order mark at the very beginning for none of the text', () => {
    expect(parse('\ufeffdata: x\n\n')).toEqual([block({ data: 'x' })]);
    expect(parse('data: x\n\n', '\ufeffdata: y\n\n').map(({ data }) => data)).toEqual(['x', null]);
  });

  it('leaves out a block that the stream did not finish', () => {
    expect(parse('data: x\n\ndata: y\n')).toEqual([block({ data: 'x' })]);
  });

  it('takes off one space after the colon, and no more', () => {
    expect(parse('data:x\n\ndata:  x\n\ndata\n\n').map(({ data }) => data)).toEqual([
      'x',
      ' x',
      '',
    ]);
  });

  it.each(['retry: soon', 'retry: -1', 'retry:', 'id: a\0b', 'unknown: x'])(
    'makes nothing of %j',
    (line) => {
      expect(parse(`${line}\n\n`)).toEqual([block({})]);
    },
  );

  it('tells an id that is empty from none', () => {
    expect(parse('id\n\n')).toEqual([block({ id: '' })]);
  });
});
