/** A parameter as text, in binary form, or null. */
export type Parameter = string | Buffer | null;

/**
 * The messages Bind, Execute and Sync in one piece, https://www.postgresql.org/docs/current/protocol-message-formats.html: what
 * leaves at once arrives at once, and a large batch is copied once only.
 */
export function executeMessage(statement: string, values: readonly Parameter[]): Buffer {
  const lengths = values.map(lengthOf);
  const bind =
    4 + 1 + Buffer.byteLength(statement) + 1 + 2 + 2 * values.length + 2 + 4 * values.length + 2;
  const bindLength = lengths.reduce((sum, length) => sum + Math.max(0, length), bind);
  const message = Buffer.allocUnsafe(1 + bindLength + EXECUTE_AND_SYNC.length);
  let at = message.write('B', 0);
  at = message.writeInt32BE(bindLength, at);
  at = message.writeUInt8(0, at);
  at += message.write(statement, at);
  at = message.writeUInt8(0, at);
  at = message.writeInt16BE(values.length, at);
  for (const value of values) at = message.writeInt16BE(Buffer.isBuffer(value) ? 1 : 0, at);
  at = message.writeInt16BE(values.length, at);
  for (let index = 0; index < values.length; index++) {
    const value = values[index] ?? null;
    at = message.writeInt32BE(lengths[index] ?? 0, at);
    if (typeof value === 'string') at += message.write(value, at);
    else if (value !== null) at += value.copy(message, at);
  }
  // All results as text.
  at = message.writeInt16BE(0, at);
  EXECUTE_AND_SYNC.copy(message, at);
  return message;
}

/** Of all rows, by the portal without a name. */
const EXECUTE_AND_SYNC = Buffer.from('E\0\0\0\x09\0\0\0\0\0S\0\0\0\x04', 'latin1');

/** -1 says null. */
function lengthOf(value: Parameter): number {
  if (value === null) return -1;
  return typeof value === 'string' ? Buffer.byteLength(value) : value.length;
}
