/** `text` as texts are compared: composed (NFC), in lower case, and the Greek sigma the same at the end of a word. */
export function fold(text: string): string {
  return text.normalize('NFC').toLowerCase().replaceAll('ς', 'σ');
}
