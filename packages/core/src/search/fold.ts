/** `text` as texts are compared: composed (NFC), in lower case, and the Greek sigma the same at the end of a word. */
export function fold(text: string): string {
  // Most texts have none, and what is below U+0300 is composed already: half of the time saved.
  if (!COMPOSABLE.test(text)) return text.toLowerCase();
  return text.normalize('NFC').toLowerCase().replaceAll('ς', 'σ');
}

/** The first combining character, and all that comes after it. */
const COMPOSABLE = /[\u0300-\uffff]/;
