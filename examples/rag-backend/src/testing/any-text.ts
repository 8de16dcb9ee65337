import fc from 'fast-check';

/** Any text that a string can hold: control characters and halves of surrogate pairs included. */
export function anyText(maxLength = 20): fc.Arbitrary<string> {
  return fc.array(fc.nat(0xffff), { maxLength }).map((units) => String.fromCharCode(...units));
}
