import { accepts } from './accept.js';

describe('accepts', () => {
  it.each([
    ['gzip', true],
    ['br, gzip', true],
    ['deflate;q=0.5, GZIP ; q=0.1', true],
    ['gzip;q=0.001', true],
    ['gzip;q=1.0', true],
    ['gzip;q=0', false],
    ['br, gzip; q=0.000', false],
    ['*', false],
    ['gzipped, x-gzip', false],
    ['', false],
    [undefined, false],
  ])('gzip in %j: %s', (header, expected) => {
    expect(accepts(header, 'gzip')).toBe(expected);
  });

  it('HTML, as browsers ask for it', () => {
    const browser = 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8';
    expect(accepts(browser, 'text/html')).toBe(true);
    expect(accepts('application/json, */*', 'text/html')).toBe(false);
  });
});
