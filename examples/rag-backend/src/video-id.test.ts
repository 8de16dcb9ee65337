import fc from 'fast-check';
import { anyText } from './testing/any-text.js';
import { checkVideoId, parseVideoId, VideoIdError } from './video-id.js';

describe('parseVideoId', () => {
  it.each([
    'https://www.youtube.com/watch?v=dQw4w9WgXcQ',
    'https://www.youtube.com/watch?list=PL1&v=dQw4w9WgXcQ&t=42s',
    'http://youtube.com/watch?v=dQw4w9WgXcQ#comments',
    'https://m.youtube.com/watch?v=dQw4w9WgXcQ&feature=share',
    'https://music.youtube.com/watch?v=dQw4w9WgXcQ',
    'https://youtu.be/dQw4w9WgXcQ?si=abc',
    'youtu.be/dQw4w9WgXcQ',
    'www.youtube.com/shorts/dQw4w9WgXcQ',
    'https://www.youtube.com/embed/dQw4w9WgXcQ?start=3',
    'https://www.youtube-nocookie.com/embed/dQw4w9WgXcQ',
    'https://www.youtube.com/live/dQw4w9WgXcQ?feature=shared',
    'HTTPS://WWW.YOUTUBE.COM/watch?v=dQw4w9WgXcQ',
    '  dQw4w9WgXcQ\n',
  ])('finds the id in %s', (text) => {
    expect(parseVideoId(text)).toBe('dQw4w9WgXcQ');
  });

  it.each([
    '-abcdefghi_',
    'elephants-dream',
    '日本語の映画',
    'فيلم',
    'naïve film.fr',
    '--help',
    '$(x)',
  ])('takes %s as an id', (id) => {
    expect(parseVideoId(id)).toBe(id);
  });

  it('compares names in one Unicode form', () => {
    expect(parseVideoId('naïve')).toBe('naïve'.normalize('NFC'));
  });

  it.each([
    ['https://example.org/watch?v=dQw4w9WgXcQ', 'only YouTube addresses'],
    ['https://youtube.com.example.org/watch?v=dQw4w9WgXcQ', 'only YouTube addresses'],
    ['file:///etc/passwd', 'only YouTube addresses'],
    ['https://www.youtube.com/playlist?list=PL1', 'names no video'],
    ['https://www.youtube.com/watch', 'names no video'],
    ['https://www.youtube.com/watch?v=../../etc', 'names no video'],
    ['https://youtu.be/', 'names no video'],
    ['https://', 'not a valid address'],
  ])('refuses %s', (text, reason) => {
    expect(() => parseVideoId(text)).toThrow(VideoIdError);
    expect(() => parseVideoId(text)).toThrow(reason);
  });
});

describe('checkVideoId', () => {
  it.each([
    ['', 'is empty'],
    ['   ', 'is empty'],
    ['../x', 'contains a slash'],
    ['a/b', 'contains a slash'],
    ['a\\b', 'contains a slash'],
    ['..', 'begins with a dot'],
    ['.hidden', 'begins with a dot'],
    ['a\0b', 'control character'],
    ['a\u001b[31m', 'control character'],
    ['a\u2028b', 'control character'],
    ['\ud800', 'control character'],
    ['x'.repeat(201), '201 characters'],
  ])('refuses %j', (id, reason) => {
    expect(() => checkVideoId(id)).toThrow(reason);
  });

  it('never puts a raw control character into its message', () => {
    fc.assert(
      fc.property(anyText(), (id) => {
        try {
          checkVideoId(id);
        } catch (error) {
          expect((error as Error).message).not.toMatch(/\p{Cc}/u);
        }
      }),
    );
  });
});
