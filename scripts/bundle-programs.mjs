import { bundle } from './bundle.mjs';

/** Jest's global setup: tests that start real processes find these programs in `dist`. */
export default function bundlePrograms() {
  for (const folder of ['examples/rag-backend', 'chaos']) {
    try {
      bundle(folder);
    } catch {
      // Its own tests then fail for want of a program; the library's tests are no part of that.
      console.error(`${folder} could not be bundled (see above).`);
    }
  }
}
