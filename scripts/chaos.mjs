import { bootstrap, run } from './bootstrap.mjs';
import { bundle } from './bundle.mjs';

await bootstrap('full');
await run(process.execPath, [
  '--enable-source-maps',
  '--disable-warning=ExperimentalWarning',
  bundle('chaos').get('main'),
  ...process.argv.slice(2),
]);
