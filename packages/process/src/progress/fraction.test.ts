import { fractionParser } from './fraction.js';

const read = (text: string) => fractionParser.read({ stream: 'stdout', text, raw: text });

describe('fractionParser', () => {
  it.each([
    ['[3/10] Embedding page', { message: 'Embedding page', current: 3, total: 10 }],
    ['[ 3/10] Embedding page', { message: 'Embedding page', current: 3, total: 10 }],
    ['(003/120) b.mp4', { message: 'b.mp4', current: 3, total: 120 }],
    ['Step 3/10 : RUN make', { message: 'Step 3/10 : RUN make', current: 3, total: 10 }],
    ['Epoch 3/10', { message: 'Epoch 3/10', current: 3, total: 10 }],
    ['Processing 3 of 10', { message: 'Processing 3 of 10', current: 3, total: 10 }],
    [
      'Processing video 1/2: bell-rock',
      { message: 'Processing video 1/2: bell-rock', current: 1, total: 2 },
    ],
    [
      'Embedding 3/10 pages...',
      { message: 'Embedding 3/10 pages...', current: 3, total: 10, unit: 'pages' },
    ],
    ['Indexed 30 of 80 segments.', { current: 30, total: 80, unit: 'segments' }],
    [
      '2024-01-15 12:00:00,123 - worker - INFO - Processing 3 of 10',
      { message: 'Processing 3 of 10', current: 3 },
    ],
    ['INFO:root:Processing 3 of 10', { message: 'Processing 3 of 10', current: 3 }],
    ['[12:00:00] INFO: [3/10] Embedding', { message: 'Embedding', current: 3 }],
    ['[0/2] start', { message: 'start', current: 0, total: 2 }],
  ])('reads %s, and leaves it in the output', (line, update) => {
    expect(read(line)).toMatchObject({ update, kept: line });
  });

  it.each([
    ['(3/10)', { current: 3, total: 10, unit: null }],
    ['[3/10]', { current: 3, total: 10, unit: null }],
    ['3/10 pages', { current: 3, total: 10, unit: 'pages' }],
    ['3/10 pages (30%)', { current: 3, total: 10, unit: 'pages' }],
  ])('reads %s, which says nothing else', (line, update) => {
    expect(read(line)).toEqual({ update, kept: null });
  });

  it.each([
    '2024/01/15',
    '[2024/01/15] started',
    '[01/15] started',
    '[16/9] wide',
    '[1/1] alone',
    '3/10',
    '9/10 tests failed',
    '[9/10] tests failed',
    'Retrying 3/5',
    'Attempt 3 of 5',
    'Processing 3 of 10.5',
    'Processing 3/10/2024',
    'half of 10 pages',
    'the answer is on page 3 of 10',
    'Batch 3/0',
    '[99999999999999999999/99999999999999999999] too many',
  ])('takes %s for an ordinary line', (line) => {
    expect(read(line)).toBeNull();
  });
});
