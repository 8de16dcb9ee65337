import { bundle } from './bundle.mjs';
import { buildPage } from './page.mjs';

/** Jest's global setup: tests find the page built, and those that start real processes these programs in `dist`. */
export default function bundlePrograms() {
  attempt('The page', buildPage);
  for (const folder of ['examples/rag-backend', 'chaos']) attempt(folder, () => bundle(folder));
}

function attempt(name, make) {
  try {
    make();
  } catch {
    // Its own tests then fail for want of it; the library's tests are no part of that.
    console.error(`${name} could not be made (see above).`);
  }
}
