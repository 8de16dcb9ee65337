/**
 * Whether this version of SQLite may lose writes or damage the file when two connections write and checkpoint it at the same
 * moment. Every one since 3.7.0 does, up to 3.51.2; 3.50.7 and 3.44.6 were mended, too
 * (https://sqlite.org/wal.html#the_wal_reset_bug).
 */
export function hasWalResetBug(version: string): boolean {
  const [major = 0, minor = 0, patch = 0] = version.split('.').map(Number);
  if (major !== 3 || minor < 7) return false;
  if (minor > 51) return false;
  if (minor === 51) return patch < 3;
  if (minor === 50) return patch < 7;
  if (minor === 44) return patch < 6;
  return true;
}

export function walResetWarning(driver: string, version: string): string {
  const remedy =
    driver === 'node:sqlite'
      ? 'update Node to one whose process.versions.sqlite is 3.51.3 or newer'
      : 'update better-sqlite3';
  return `SQLite ${version} (${driver}) can lose writes or damage the file if several processes use it: ${remedy}, or let one process alone use the file. See https://sqlite.org/wal.html#the_wal_reset_bug`;
}
