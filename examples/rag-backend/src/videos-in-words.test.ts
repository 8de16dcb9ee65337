import { expect, it } from '@jest/globals';
import { videosInWords } from './videos-in-words.js';

it.each([
  [['bell-rock'], 'bell-rock'],
  [['bell-rock', 'movable-type', 'elephants-dream'], 'bell-rock and 2 more'],
  [['v'.repeat(300)], 'v'.repeat(100)],
])('calls %j %s', (videos, name) => {
  expect(videosInWords(videos)).toBe(name);
});
