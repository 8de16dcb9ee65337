import { readPreferences } from './prefer.js';

describe('readPreferences', () => {
  it.each([
    ['wait=10', 10],
    ['Wait = 10', 10],
    ['wait="10"', 10],
    ['wait=0', 0],
    ['respond-async, wait=10', 10],
    ['wait=10;foo=bar', 10],
    ['wait=10 ; foo="a,b"', 10],
    ['foo="x, wait=3", wait=10', 10],
    ['wait=10, wait=20', 10],
    ['return=minimal,,wait=007', 7],
  ])('takes the seconds of %s', (header, wait) => {
    expect(readPreferences(header).wait).toBe(wait);
  });

  it.each([
    undefined,
    '',
    'wait',
    'wait=',
    'wait=-1',
    'wait=1.5',
    'wait=ten',
    'wait=1e3',
    'wait 10',
  ])('finds none in %j', (header) => expect(readPreferences(header).wait).toBeNull());

  it.each(['"', 'foo="', '="', ',', 'wait="1', `${'"\\'.repeat(4_000)}`, 'x'.repeat(100_000)])(
    'makes nothing of %j',
    (header) => expect(readPreferences(header)).toEqual({ wait: null, respondAsync: false }),
  );

  it('knows who would rather not wait', () => {
    expect(readPreferences('respond-async')).toEqual({ wait: null, respondAsync: true });
    expect(readPreferences('wait=5, Respond-Async')).toEqual({ wait: 5, respondAsync: true });
    expect(readPreferences('respond-async=no').respondAsync).toBe(false);
  });

  it('takes a header that was sent twice for one', () => {
    expect(readPreferences(['respond-async', 'wait=5'])).toEqual({ wait: 5, respondAsync: true });
  });
});
