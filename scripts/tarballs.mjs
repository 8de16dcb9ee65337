import { mkdirSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { pnpm, root } from './bootstrap.mjs';

/** Packs every public package as it would be published; returns the tarballs by package name. */
export async function packTarballs() {
  const destination = path.join(root, 'node_modules', '.cache', 'tarballs');
  rmSync(destination, { recursive: true, force: true });
  mkdirSync(destination, { recursive: true });
  const everyPackage = ['--recursive', '--filter', './packages/*'];
  await pnpm([...everyPackage, 'pack', '--pack-destination', destination], { quiet: true });
  return new Map(
    readdirSync(path.join(root, 'packages')).map((folder) => {
      const file = path.join(root, 'packages', folder, 'package.json');
      const { name, version } = JSON.parse(readFileSync(file, 'utf8'));
      const tarball = `${name.replace('@', '').replace('/', '-')}-${version}.tgz`;
      return [name, path.join(destination, tarball)];
    }),
  );
}
