import { TaskApiError } from '@task-monitor/client';
import { CliError, UsageError } from './cli-error.js';
import { SPECS } from './commands/specs.js';
import { EXAMPLE } from './server.js';
import { plainText } from './terminal/plain-text.js';

/** Says on standard error what went wrong, and what to do. */
export function reportFailure(error: unknown, command: string | undefined): void {
  for (const line of failureLines(error, command)) process.stderr.write(`${line}\n`);
}

function failureLines(error: unknown, command: string | undefined): string[] {
  if (error instanceof UsageError) {
    const isKnown = SPECS.some(({ name }) => name === command);
    const help = isKnown ? `task-monitor help ${command}` : 'task-monitor --help';
    return [`task-monitor: ${plainText(error.message)}`, `See: ${help}`];
  }
  if (error instanceof CliError) return [`task-monitor: ${plainText(error.message)}`];
  if (error instanceof TaskApiError)
    return [`task-monitor: ${plainText(error.message)}`, ...adviceOn(error)];
  const stack = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return [
    'task-monitor: a mistake in this program, which is worth a report:',
    ...stack.split('\n').map(plainText),
  ];
}

function adviceOn({ code, status, requestId, message }: TaskApiError): string[] {
  if (code === 'NETWORK' && /\bSSL\b/.test(message))
    return ['Does the server speak http:// rather than https://?'];
  if (code === 'NETWORK')
    return ['Is the server running, and is this where its router is mounted?'];
  if (status === 401)
    return ['It wants to know who you are: set TASK_MONITOR_TOKEN, or give --header.'];
  if (code === 'FORBIDDEN')
    return [
      'Its `authorize` does not allow that to you: set TASK_MONITOR_TOKEN, or give --header "Authorization: …".',
    ];
  if (code === 'PATH_NOT_FOUND')
    return [
      `Give the URL where the router is mounted, as ${EXAMPLE}; its page is below that, at /ui.`,
    ];
  return requestId === null ? [] : [`The log of the server has more: request ${requestId}.`];
}
