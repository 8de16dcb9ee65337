/** What of `path` is below one of `mounts`; `null` if it is below none, so that the answer is not that of the API. */
export function belowMount(path: string, mounts: readonly string[]): string | null {
  for (const mount of mounts)
    if (path.startsWith(mount) && ['', '/', '?'].includes(path.charAt(mount.length)))
      return path.slice(mount.length);
  return null;
}
