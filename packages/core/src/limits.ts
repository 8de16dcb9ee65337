/**
 * The sizes that task data may have. Names, ids and metadata beyond are refused; messages and errors, which often come
 * from somewhere else, are cut with a visible `…`.
 */
export const LIMITS = Object.freeze({
  idCharacters: 128,
  nameCharacters: 256,
  typeCharacters: 128,
  tagCharacters: 128,
  tags: 32,
  idempotencyKeyCharacters: 256,
  /** Of a progress message, a cancel reason. UTF-8, as all bytes here. */
  messageBytes: 2_048,
  /** Of an error's message, and of its stack. */
  errorBytes: 8_192,
  /** As JSON. */
  metadataBytes: 65_536,
  /** As JSON. */
  resultBytes: 65_536,
  /** As JSON. */
  commandBytes: 65_536,
});
