import { packageBuild } from '../../tsup.base.js';

export default packageBuild(
  { index: 'src/index.ts', react: 'src/react/index.ts' },
  [],
  ['http', 'core'],
);
