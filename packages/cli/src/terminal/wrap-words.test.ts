import { describe, expect, it } from '@jest/globals';
import { wrapWords } from './wrap-words.js';

describe('wrapWords', () => {
  it.each([
    ['one two three', 9, ['one two', 'three']],
    ['one two three', 7, ['one two', 'three']],
    ['東京 東京', 8, ['東京', '東京']],
    ['see http://localhost:8000/tasks there', 10, ['see', 'http://localhost:8000/tasks', 'there']],
    ['one two three', Infinity, ['one two three']],
    ['', 10, ['']],
  ])('breaks %j at %d columns into %j', (text, columns, lines) => {
    expect(wrapWords(text, columns)).toEqual(lines);
  });
});
