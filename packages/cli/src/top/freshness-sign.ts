import type { Look } from '../terminal/style.js';
import type { Freshness } from './freshness.js';

const SIGNS: { readonly [S in Freshness['state']]: readonly [string, Look] } = {
  live: ['●', 'green'],
  asked: ['◐', 'accent'],
  stale: ['○', 'yellow'],
};

/** How fresh it is, with a sign, so that the colour need not be there. */
export function freshnessSign({ state, words }: Freshness): {
  readonly plain: string;
  readonly look: Look;
} {
  const [sign, look] = SIGNS[state];
  return { plain: `${sign} ${words}`, look };
}
