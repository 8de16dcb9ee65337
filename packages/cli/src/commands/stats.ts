import { asked } from '../asked.js';
import type { RunCommand } from '../command.js';
import { EXIT } from '../exit-codes.js';
import { serverOf } from '../server.js';
import { markedWord } from '../task/status-mark.js';

const COUNTED = ['running', 'pending', 'completed', 'failed', 'cancelled'] as const;

/** Counts by status, and the success rate. */
export const stats: RunCommand = async ({ line, terminal, env }) => {
  const { client, url } = serverOf(line, env);
  const [answer, counts] = await asked(url, (signal) =>
    Promise.all([client.stats({ signal }), client.count({ signal })]),
  );
  if (line.has('json')) {
    await terminal.json({ ...answer, cancelled_tasks: counts.cancelled_tasks });
    return EXIT.ok;
  }
  const { style } = terminal;
  const rows: [word: string, plain: string, count: string][] = COUNTED.map((status) => [
    markedWord(status, style),
    `x ${status}`,
    counts[`${status}_tasks`].toLocaleString('en-US'),
  ]);
  rows.push(['  in all', 'x in all', answer.total_tasks.toLocaleString('en-US')]);
  const isOver = answer.completed_tasks + answer.failed_tasks > 0;
  rows.push(['  succeeded', 'x succeeded', isOver ? `${answer.success_rate.toFixed(2)}%` : '–']);
  const width = Math.max(...rows.map(([, , count]) => count.length));
  for (const [word, plain, count] of rows)
    await terminal.line(
      `${word}${' '.repeat(LABEL_COLUMNS - plain.length)}${style('bold', count.padStart(width))}`,
    );
  return EXIT.ok;
};

const LABEL_COLUMNS = 14;
