import { bootstrap } from './bootstrap.mjs';
import { become } from './bundle.mjs';

await bootstrap('demo');
await become('examples/rag-backend', 'main', process.argv.slice(2));
