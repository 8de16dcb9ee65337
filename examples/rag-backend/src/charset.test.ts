import { decodeText } from './charset.js';

const bytes = (...values: number[]): Uint8Array => Uint8Array.from(values);

describe('decodeText', () => {
  it('reads UTF-8, with and without a byte order mark', () => {
    expect(decodeText(Buffer.from('naïve 日本'))).toEqual({ text: 'naïve 日本' });
    expect(decodeText(Buffer.from('\uFEFFWEBVTT'))).toEqual({ text: 'WEBVTT' });
  });

  it('reads UTF-16 in both byte orders', () => {
    expect(decodeText(bytes(0xff, 0xfe, 0x41, 0x00, 0xe5, 0x65))).toEqual({ text: 'A日' });
    expect(decodeText(bytes(0xfe, 0xff, 0x00, 0x41, 0x65, 0xe5))).toEqual({ text: 'A日' });
  });

  it('falls back to windows-1252 and says so', () => {
    expect(decodeText(bytes(0x63, 0x61, 0x66, 0xe9, 0x20, 0x80))).toEqual({
      text: 'café €',
      guessed: 'windows-1252',
    });
  });

  it('reads an empty file', () => {
    expect(decodeText(bytes())).toEqual({ text: '' });
  });
});
