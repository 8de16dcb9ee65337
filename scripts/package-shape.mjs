import { run } from './bootstrap.mjs';
import { packTarballs } from './tarballs.mjs';

let red = 0;
for (const [name, tarball] of await packTarballs()) {
  console.log(name);
  red += await run('node_modules/.bin/publint', ['--strict', tarball], { check: false });
  red += await run('node_modules/.bin/attw', ['--no-emoji', '--profile', 'node16', tarball], {
    check: false,
    quiet: true,
  });
}
if (red > 0) process.exitCode = 1;
