import { TaskClient } from '@task-monitor/client';
import { UsageError } from './cli-error.js';
import type { CommandLine } from './command-line.js';

/** The server that a command line names, and what else it says. */
export interface Server {
  readonly url: string;
  readonly client: TaskClient;
  /** The operands after the URL, as many as the command has. */
  readonly operands: readonly string[];
}

/** As people know it. */
export const EXAMPLE = 'http://localhost:8000/tasks';

/**
 * The URL is the first operand, else `--url`, else TASK_MONITOR_URL. No id of a task has a `/` in it, so the two are never
 * taken for each other.
 *
 * @throws {@link UsageError}
 */
export function serverOf(line: CommandLine, env: NodeJS.ProcessEnv): Server {
  const { spec } = line;
  const [first, ...rest] = line.operands;
  const hasUrl = first !== undefined && first.includes('/');
  const operands = hasUrl ? rest : line.operands;
  const option = line.value('url');
  if (hasUrl && option !== undefined)
    throw new UsageError(`The URL is given twice: as ${first} and as --url ${option}.`);
  const given = hasUrl ? first : (option ?? env['TASK_MONITOR_URL']);
  if (given === undefined || given === '')
    throw new UsageError(
      `Which server? Give the URL where the router is mounted, as in: task-monitor ${[spec.name, EXAMPLE, ...spec.operands.map((name) => `<${name}>`)].join(' ')}; or set TASK_MONITOR_URL.`,
    );
  const where = hasUrl ? 'the URL' : option !== undefined ? '--url' : 'TASK_MONITOR_URL';
  const url = checkedUrl(given, where);
  checkOperands(line, operands);
  return { url, client: new TaskClient(url, { headers: headersOf(line, env) }), operands };
}

function checkedUrl(given: string, where: string): string {
  if (!/^https?:\/\/[^/]/i.test(given)) {
    const bare = /^[\w.-]+(:\d+)?(\/|$)/.test(given) ? ` Did you mean http://${given}?` : '';
    throw new UsageError(
      `Expected ${where} to begin with http:// or https://, as in ${EXAMPLE}, got ${JSON.stringify(given)}.${bare}`,
    );
  }
  if (!URL.canParse(given) || /[?#]/.test(given)) {
    const [, mount] = /^([^?#]+)\/ui\/?[?#]/.exec(given) ?? [];
    const page = mount === undefined ? '' : ` That is its page. Did you mean ${mount}?`;
    throw new UsageError(
      `Expected ${where} to be where the router is mounted, as in ${EXAMPLE}, got ${JSON.stringify(given)}.${page}`,
    );
  }
  return given.replace(/\/+$/, '');
}

function checkOperands({ spec }: CommandLine, operands: readonly string[]): void {
  const missing = spec.operands[operands.length];
  if (missing !== undefined)
    throw new UsageError(
      `task-monitor ${spec.name} needs the <${missing}> of a task, which task-monitor list shows.`,
    );
  const extra = operands[spec.operands.length];
  if (extra !== undefined)
    throw new UsageError(
      `task-monitor ${spec.name} does not know what to do with ${JSON.stringify(extra)}.`,
    );
}

function headersOf(line: CommandLine, env: NodeJS.ProcessEnv): Record<string, string> {
  const token = env['TASK_MONITOR_TOKEN'];
  const headers: Record<string, string> = token ? { Authorization: `Bearer ${token}` } : {};
  for (const given of line.all('header')) {
    const [, name, value] = /^([!#$%&'*+.^_`|~\w-]+):\s*([^\r\n]*)$/.exec(given) ?? [];
    // It may be a secret, so it is not repeated.
    if (name === undefined || value === undefined)
      throw new UsageError(`Expected --header to be like "Authorization: Bearer …".`);
    headers[name] = value;
  }
  return headers;
}
