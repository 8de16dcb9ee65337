#!/usr/bin/env node
import { runCli } from './cli.js';
import { exitCodeOf } from './exit-codes.js';
import { reportFailure } from './report-failure.js';

// Who reads has gone, as `head` does when it has enough, or the terminal was closed: that is no mistake.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE' || error.code === 'EIO') process.exit(0);
  throw error;
});

try {
  process.exitCode = await runCli(process.argv.slice(2), process);
} catch (error) {
  process.exitCode = exitCodeOf(error);
  reportFailure(error, process.argv[2]);
}
