import { packageBuild } from '../../tsup.base.js';

export default packageBuild({ index: 'src/index.ts' }).map((build) => ({
  ...build,
  // A host whose jest is CommonJS can `require` the metrics' library, and not `import()` it.
  ...(build.format === 'cjs' && {
    esbuildOptions: (options: { supported?: Record<string, boolean> }) => {
      options.supported = { 'dynamic-import': false };
    },
  }),
}));
