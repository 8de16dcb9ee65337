import { asked } from '../asked.js';
import { UsageError } from '../cli-error.js';
import type { RunCommand } from '../command.js';
import { EXIT } from '../exit-codes.js';
import { serverOf } from '../server.js';

/** Removes tasks that finished long enough ago. */
export const cleanup: RunCommand = async ({ line, terminal, env }) => {
  const { client, url } = serverOf(line, env);
  const days = line.whole('days', 0, 36_500);
  // What cannot be undone is not done by default.
  if (days === undefined)
    throw new UsageError('How old? Give --days <days>, as in --days 7; 0 is every finished task.');
  const answer = await asked(url, (signal) => client.cleanup({ days, signal }));
  if (line.has('json')) {
    await terminal.json(answer);
    return EXIT.ok;
  }
  const { cleaned_tasks: count } = answer;
  const what = `${count.toLocaleString('en-US')} finished ${count === 1 ? 'task' : 'tasks'}`;
  const age = days === 0 ? '' : ` that ended more than ${days} ${days === 1 ? 'day' : 'days'} ago`;
  await terminal.line(`Removed ${what}${age}.`);
  return EXIT.ok;
};
