import { packageBuild } from '../../tsup.base.js';

export default packageBuild({ index: 'src/index.ts' }).map((build) => ({
  ...build,
  // In the code itself: it is found wherever that is bundled to.
  loader: { '.sql': 'text' },
}));
