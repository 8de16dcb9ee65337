import type { TaskClient, WatchState, WireOutputLine } from '@task-monitor/client';
import { asked } from '../asked.js';
import { CliError } from '../cli-error.js';
import type { RunCommand } from '../command.js';
import { EXIT } from '../exit-codes.js';
import { findTask } from '../find-task.js';
import { OutputLines } from '../output-lines.js';
import { serverOf } from '../server.js';
import { isOver } from '../task/shown-task.js';
import { plainLine, plainText } from '../terminal/plain-text.js';
import type { Terminal } from '../terminal/terminal.js';

/** What a task logged and its program wrote; with `-f` until it ends. */
export const output: RunCommand = async ({ line, terminal, errors, env }) => {
  const server = serverOf(line, env);
  const task = await findTask(server);
  const { client, url } = server;
  const id = task.task_id;
  const printer = new Printer(terminal, errors, line.has('json'));
  await printer.rest(client, url, id);
  if (!line.has('follow') || isOver(task.status)) return EXIT.ok;
  const onState = ({ status, error }: WatchState) => {
    if (status === 'reconnecting' && error !== null)
      void errors.line(`… reconnecting: ${plainText(error.message)}`);
  };
  for await (const event of client.watch(id, { onState })) {
    if (event.type === 'task.output') await printer.print(event.lines);
    else if (event.type === 'task.removed')
      throw new CliError(EXIT.notFound, `Task ${id} was removed before it was over.`);
    // What came between two connections, and before its end.
    else if (event.type === 'snapshot' || ('task' in event && isOver(event.task.status)))
      await printer.rest(client, url, id);
  }
  return EXIT.ok;
};

class Printer {
  readonly #lines = new OutputLines();
  readonly #terminal: Terminal;
  readonly #errors: Terminal;
  readonly #isJson: boolean;

  constructor(terminal: Terminal, errors: Terminal, isJson: boolean) {
    this.#terminal = terminal;
    this.#errors = errors;
    this.#isJson = isJson;
  }

  async rest(client: TaskClient, url: string, id: string): Promise<void> {
    const after = this.#lines.last;
    const { lines } = await asked(url, (signal) => client.output(id, { after, signal }));
    await this.print(lines);
  }

  async print(lines: readonly WireOutputLine[]): Promise<void> {
    const taken = this.#lines.take(lines);
    if (taken.dropped > 0)
      await this.#errors.line(
        `… ${taken.dropped.toLocaleString('en-US')} lines are not kept any more`,
      );
    for (const line of taken.lines)
      await (this.#isJson ? this.#terminal.json(line) : this.#terminal.line(plainLine(line.text)));
  }
}
