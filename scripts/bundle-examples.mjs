import { bundle } from './bundle.mjs';

/** Jest's global setup: tests that start real processes find the examples' programs in `dist`. */
export default function bundleExamples() {
  try {
    bundle('examples/rag-backend');
  } catch {
    // Its own tests then fail for want of a program; the library's tests are no part of that.
    console.error('examples/rag-backend could not be bundled (see above).');
  }
}
