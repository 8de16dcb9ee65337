import type { Options } from 'tsup';

const shared: Options = {
  target: 'node20',
  platform: 'node',
  sourcemap: true,
  // Keeps one copy of every class when a package has several entry points.
  splitting: true,
  // The base has no `paths`: a published build must see its siblings as packages, not as source.
  tsconfig: '../../tsconfig.base.json',
};

/**
 * The build of one public package: ES modules, CommonJS, and types for both.
 *
 * `esmOnly` names the dependencies that have no CommonJS form. They are bundled into the CommonJS
 * build, because a host whose jest is CommonJS cannot `require` them.
 */
export function packageBuild(
  entry: Record<string, string>,
  esmOnly: readonly string[] = [],
): Options[] {
  return [
    { ...shared, entry, format: 'esm', dts: { compilerOptions: { ignoreDeprecations: '6.0' } } },
    {
      ...shared,
      entry,
      format: 'cjs',
      noExternal: [...esmOnly],
      dts: { compilerOptions: { ignoreDeprecations: '6.0' } },
    },
  ];
}
