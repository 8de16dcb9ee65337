import { documentedMonitor } from './documented-tasks.js';
import { describeContract } from './contract.js';
import { clientOf, EXPRESS, listen, plainApp } from './served.js';
import { rewritingProxy } from './rewriting-proxy.js';

describeContract('node:http', (monitor, options) => clientOf(plainApp(monitor, options)));

for (const [version, makeApp] of Object.entries(EXPRESS)) {
  for (const path of ['/', '/tasks', '/a/b']) {
    for (const queryParser of ['extended', 'simple'] as const) {
      describeContract(`${version} at ${path}, query parser ${queryParser}`, (monitor, options) =>
        clientOf(makeApp([{ path, monitor, options }], { queryParser }), path === '/' ? '' : path),
      );
    }
  }
  describeContract(`${version} behind express.json()`, (monitor, options) =>
    clientOf(makeApp([{ path: '/tasks', monitor, options }], { parseJson: true }), '/tasks'),
  );
  describeContract(`${version}, mounted twice`, (monitor, options) => {
    const { monitor: other } = documentedMonitor();
    const mounts = [
      { path: '/tasks', monitor, options },
      { path: '/other', monitor: other },
    ];
    return clientOf(makeApp(mounts), '/tasks');
  });
  describeContract(`${version} behind a proxy that rewrites paths`, async (monitor, options) => {
    const port = await listen(makeApp([{ path: '/tasks', monitor, options }]));
    return clientOf(rewritingProxy('/public/api', port, '/tasks'), '/public/api');
  });
}
