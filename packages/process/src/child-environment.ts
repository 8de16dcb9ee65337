/** Variables of a child's environment; `undefined` takes away an inherited one. */
export type ChildEnvironment = Readonly<Record<string, string | undefined>>;

/**
 * The environment of a child: this process's own with `env` over it, or `env` alone. Python gets PYTHONUNBUFFERED=1 unless
 * somebody decided otherwise: writing to a pipe it else holds lines back until it has 8 KB of them.
 */
export function childEnvironment(
  env: ChildEnvironment,
  inherit: boolean,
  own: ChildEnvironment = process.env,
): Record<string, string | undefined> {
  return { PYTHONUNBUFFERED: '1', ...(inherit && own), ...env };
}
