/** The bytes of an EBML element: its id, its size, its content. */
function element(id: string, ...content: (Uint8Array | string | number)[]): Buffer {
  const body = Buffer.concat(
    content.map((part) =>
      typeof part === 'number' ? Buffer.from([part]) : Buffer.from(part as Uint8Array),
    ),
  );
  const size = Buffer.alloc(4);
  size.writeUInt32BE(0x10000000 + body.length);
  return Buffer.concat([Buffer.from(id, 'hex'), size, body]);
}

function float(value: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeDoubleBE(value);
  return bytes;
}

/** The start of a WebM file of twelve seconds; a file that was cut off and badly mended has junk behind it. */
export function brokenWebm(): Buffer {
  return Buffer.concat([HEADER, element('18538067', INFO, Buffer.alloc(60, 1))]);
}

/** A WebM file of twelve seconds with one VP8 track in French and one frame: enough to read its index. */
export function tinyWebm(): Buffer {
  const track = element(
    'ae',
    element('d7', 1),
    element('73c5', 1),
    element('83', 1),
    element('22b59c', 'fra'),
    element('86', 'V_VP8'),
    element('e0', element('b0', 64), element('ba', 36)),
  );
  const frame = element('a3', 0x81, 0x00, 0x00, 0x80, ...Buffer.alloc(64, 7));
  const cluster = element('1f43b675', element('e7', 0), frame);
  return Buffer.concat([HEADER, element('18538067', INFO, element('1654ae6b', track), cluster)]);
}

const HEADER = element('1a45dfa3', element('4282', 'webm'), element('4287', 2), element('4285', 2));
const INFO = element(
  '1549a966',
  element('2ad7b1', 0x0f, 0x42, 0x40),
  element('4489', float(12_000)),
);
