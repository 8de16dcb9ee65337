import { programBuild } from '../../tsup.base.js';

export default programBuild({ main: 'src/main.ts' });
