import type { RunCommand } from '../command.js';
import { EXIT } from '../exit-codes.js';
import { findTask } from '../find-task.js';
import { serverOf } from '../server.js';
import { describeTask } from '../task/describe.js';
import { labelOf, shownTask } from '../task/shown-task.js';
import { mark, stateOf } from '../task/status-mark.js';
import { plainText } from '../terminal/plain-text.js';
import { wrapWords } from '../terminal/wrap-words.js';

const NAME_COLUMNS = 9;

/** Everything that is known of one task. */
export const show: RunCommand = async ({ line, terminal, env }) => {
  const task = await findTask(serverOf(line, env));
  if (line.has('json')) {
    await terminal.json(task);
    return EXIT.ok;
  }
  const { style } = terminal;
  const state = stateOf(shownTask(task, Date.now()));
  await terminal.line(`${mark(state, style)} ${style('bold', labelOf(task))}  ${state}`);
  for (const [name, text] of describeTask(task))
    for (const [index, line] of wrapWords(text, terminal.columns - NAME_COLUMNS - 3).entries())
      await terminal.line(
        `  ${style('dim', (index === 0 ? name : '').padEnd(NAME_COLUMNS))} ${line}`,
      );
  for (const frame of task.error?.stack?.split('\n').slice(1) ?? [])
    await terminal.line(style('dim', `    ${plainText(frame).trim()}`));
  return EXIT.ok;
};
