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
 * `bundled` names the dependencies of which what is used becomes a part of the package: those that have no CommonJS form, as a
 * host whose jest is CommonJS cannot `require` them, and, in both builds, since they have a file for each of their
 * functions, which take longer to load than all of ours. They stay dependencies, so that their licence comes with them. `types` are folders of packages that
 * are no dependencies, as nothing but types is taken from them: those become a part of its own.
 */
export function packageBuild(
  entry: Record<string, string>,
  bundled: readonly string[] = [],
  types: readonly string[] = [],
): Options[] {
  const paths = types.map(
    (name) => [`@task-monitor/${name}`, [`../${name}/dist/index.d.ts`]] as const,
  );
  const dts: Options['dts'] = {
    compilerOptions: {
      ignoreDeprecations: '6.0',
      ...(types.length > 0 && { baseUrl: '.', paths: Object.fromEntries(paths) }),
    },
  };
  return [
    { ...shared, entry, format: 'esm', noExternal: [...bundled], dts },
    { ...shared, entry, format: 'cjs', noExternal: [...bundled], dts },
  ];
}

/** The build of a public package that is a program: ES modules alone, since nobody imports it. */
export function programBuild(entry: Record<string, string>): Options {
  return { ...shared, entry, format: 'esm' };
}
