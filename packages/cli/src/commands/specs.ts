import type { CommandSpec, OptionSpec } from '../command.js';

/** Of every command. */
const COMMON: Readonly<Record<string, OptionSpec>> = {
  json: { about: 'Answer in JSON' },
  'no-color': { about: 'No colours; NO_COLOR and FORCE_COLOR are heeded, too' },
  help: { short: 'h', about: 'Say this' },
};

/** Of every command that asks a server. */
const REMOTE: Readonly<Record<string, OptionSpec>> = {
  url: { value: 'url', about: 'Where the router is mounted; instead of <url>' },
  header: {
    short: 'H',
    value: 'name: value',
    isMany: true,
    about: 'Send this header; TASK_MONITOR_TOKEN is sent as a bearer token',
  },
};

const SEARCH: OptionSpec = { value: 'search', about: 'Only tasks that this search finds' };

function remote(
  spec: Pick<CommandSpec, 'name' | 'summary' | 'about' | 'examples'> & Partial<CommandSpec>,
): CommandSpec {
  return {
    operands: [],
    isRemote: true,
    takesCommand: false,
    ...spec,
    options: { ...spec.options, ...REMOTE, ...COMMON },
  };
}

/** All commands, in the order in which help names them. */
export const SPECS: readonly CommandSpec[] = [
  remote({
    name: 'top',
    summary: 'What runs, live: bars, time that remains, what is stalled, what failed',
    about: [
      'In a terminal it is a picture that is always up to date; q or Ctrl-C leaves it.',
      'Elsewhere, and with --json, each event is one line of JSON.',
    ],
    options: { q: SEARCH, once: { about: 'Say how things stand, and end' } },
    examples: [
      'top http://localhost:8000/tasks',
      "top http://localhost:8000/tasks --q 'type:ingest -tag:test'",
    ],
  }),
  remote({
    name: 'watch',
    summary: 'Follow one task with its output until it ends',
    about: [
      'Ends with 0 if the task completed, 1 if it failed, 3 if it was cancelled, 4 if there is no such task.',
      'Outside of a terminal, and with --json, each event is one line of JSON.',
    ],
    operands: ['id'],
    examples: ['watch http://localhost:8000/tasks 550e8400'],
  }),
  remote({
    name: 'list',
    summary: 'Tasks, newest first',
    about: [],
    options: {
      q: SEARCH,
      status: {
        value: 'status',
        about: 'pending, running, completed, failed, cancelled; or several: failed,cancelled',
      },
      type: { value: 'type', about: 'Only tasks of this type' },
      tag: { value: 'tag', about: 'Only tasks with this tag' },
      parent: { value: 'id', about: 'Only the parts of this task' },
      limit: { short: 'n', value: 'count', about: 'How many at most (default 50)' },
    },
    examples: [
      'list http://localhost:8000/tasks --status failed -n 10',
      "list http://localhost:8000/tasks --q 'error:timeout created:<2h'",
    ],
  }),
  remote({
    name: 'show',
    summary: 'Everything that is known of one task',
    about: [],
    operands: ['id'],
    examples: ['show http://localhost:8000/tasks 550e8400'],
  }),
  remote({
    name: 'output',
    summary: 'What a task logged and its program wrote',
    about: ['The server keeps the newest 200 lines of a task.'],
    operands: ['id'],
    options: { follow: { short: 'f', about: 'Go on with new lines until the task ends' } },
    examples: ['output http://localhost:8000/tasks 550e8400 -f'],
  }),
  remote({
    name: 'cancel',
    summary: 'Cancel a task, and say what has become of that',
    about: [
      'A task that had not started is cancelled at once. Of one that runs its process is asked to stop it: that is all that is',
      'certain until the work has really stopped, or was ended without it. --wait waits for that.',
    ],
    operands: ['id'],
    options: {
      reason: { value: 'text', about: 'Why; is kept with the task' },
      wait: { short: 'w', about: 'Wait until the task has ended' },
    },
    examples: ["cancel http://localhost:8000/tasks 550e8400 --reason 'a newer upload' --wait"],
  }),
  remote({
    name: 'stats',
    summary: 'Counts by status, and the success rate',
    about: [],
    examples: ['stats http://localhost:8000/tasks'],
  }),
  remote({
    name: 'cleanup',
    summary: 'Remove tasks that finished long enough ago',
    about: ['Pending and running tasks stay.'],
    options: {
      days: { value: 'days', about: 'How long ago; 0: every finished task' },
    },
    examples: ['cleanup http://localhost:8000/tasks --days 7'],
  }),
  {
    name: 'run',
    summary: 'Run a command with a bar, its output, and a line on how it ended',
    about: [
      'Needs no server. Progress is read from what the command prints: bars of tqdm, reports of ffmpeg and yt-dlp, [3/10], 45%,',
      'lines of JSON. Ends with the code of the command. Ctrl-C is handed on to it; once more, and it is killed.',
      'It reads what is piped into this, or a file; of a terminal, on which the bar is drawn, nothing.',
    ],
    operands: [],
    isRemote: false,
    takesCommand: true,
    options: {
      name: { value: 'name', about: 'What to call it (default: the command)' },
      progress: {
        value: 'format',
        about:
          'Read only this: json, tqdm, ffmpeg, yt-dlp, fraction, percent; auto: all of them (default where there is a bar, and with --json), or none (default elsewhere: every line is passed on)',
      },
      grace: {
        value: 'seconds',
        about: 'How long it may take to stop after Ctrl-C before it is killed (default 5)',
      },
      ...COMMON,
    },
    examples: ['run -- python train.py', 'run --name film -- ffmpeg -i film.mov film.mp4'],
  },
];
