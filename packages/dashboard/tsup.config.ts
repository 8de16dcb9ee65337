import { packageBuild } from '../../tsup.base.js';

export default packageBuild({ index: 'src/index.ts' }, [], ['http', 'core']).map((build) => ({
  ...build,
  // The page is in it as text: a map would only have that once more.
  sourcemap: false,
}));
