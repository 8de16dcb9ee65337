import { type ApiTask, fetchJson, isoInstant, type Stats, VerifyError } from './documented-api.js';

/**
 * Asks a server of the documented API the five things that matter and says, step by step, whether it answers as
 * documented. Works against any such server.
 *
 * Usage: verify <url> [--video <id of a video the server has>] [--missing <id it does not have>]
 */
async function main(args: readonly string[]): Promise<void> {
  const { base, video, missing } = parse(args);
  const api = (path: string, init?: RequestInit) => fetchJson(base, path, init);
  const before = await step('1. Initial statistics', () => initialStats(api));
  const ids = await step('2. Trigger background tasks', () => trigger(api, video));
  await step('3. Monitor task progress', () => follow(api, ids));
  await step('4. Verify task completion', () => completion(api, ids, before));
  await step('5. Error handling', () => errors(api, missing));
  console.log('\nAll five steps are as documented.');
}

type Api = (
  path: string,
  init?: RequestInit,
) => Promise<{ readonly status: number; readonly body: unknown }>;

async function initialStats(api: Api): Promise<Stats> {
  const stats = await readStats(api);
  note(`${stats.total_tasks} tasks so far, success rate ${stats.success_rate} %`);
  return stats;
}

async function trigger(api: Api, video: string): Promise<readonly string[]> {
  const requests = [
    ['/ingest', { videos: [video] }],
    [
      '/temporal/ingest-video',
      { video_ids: [video], process_segments: true, segment_duration: 30.0 },
    ],
  ] as const;
  const ids: string[] = [];
  for (const [path, body] of requests) {
    const answer = await post(api, path, body);
    expect(
      answer.status === 200,
      `POST ${path} answers 200, got ${answer.status}: ${show(answer.body)}`,
    );
    const { status, task_id, cmd, message } = answer.body as Record<string, unknown>;
    expect(status === 'queued', `its status is "queued", got ${show(status)}`);
    expect(typeof task_id === 'string' && task_id !== '', `it has a task_id, got ${show(task_id)}`);
    expect(
      Array.isArray(cmd) && cmd.length > 0,
      `its cmd is the command as an array, got ${show(cmd)}`,
    );
    expect(
      String(message).includes(String(task_id)),
      `its message names the task, got ${show(message)}`,
    );
    note(`POST ${path} queued ${String(task_id)}`);
    ids.push(String(task_id));
  }
  return ids;
}

async function follow(api: Api, ids: readonly string[]): Promise<void> {
  const deadline = Date.now() + 120_000;
  const said = new Map<string, string>();
  for (;;) {
    const tasks = await Promise.all(ids.map((id) => readTask(api, id)));
    for (const task of tasks) {
      const line = `${task.status}${task.progress === null ? '' : `: ${task.progress}`}`;
      if (said.get(task.task_id) !== line) note(`${task.task_id.slice(0, 8)} ${line}`);
      said.set(task.task_id, line);
    }
    await readList(api, '/running', 'running');
    await readList(api, '/pending', 'pending');
    const { body } = await ok(api, '/tasks/count/running');
    const count = (body as Record<string, unknown>)['running_tasks'];
    expect(
      Number.isInteger(count),
      `GET /tasks/count/running has a whole running_tasks, got ${show(body)}`,
    );
    if (tasks.every((task) => isFinished(task))) return;
    expect(Date.now() < deadline, 'all tasks finish within two minutes');
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

async function completion(api: Api, ids: readonly string[], before: Stats): Promise<void> {
  for (const id of ids) {
    const task = await readTask(api, id);
    expect(
      task.status === 'completed',
      `task ${id} completed, got ${task.status}: ${show(task.error_message)}`,
    );
    expect(
      task.error_message === null,
      `its error_message is null, got ${show(task.error_message)}`,
    );
    const instants = [task.created_at, task.started_at, task.completed_at].map((text) =>
      isoInstant(text),
    );
    expect(!instants.includes(null), `its three times are ISO 8601, got ${show(task)}`);
    const [created, started, completed] = instants as [number, number, number];
    expect(
      created <= started && started <= completed,
      `created ≤ started ≤ completed, got ${show(task)}`,
    );
  }
  const all = await readList(api, '/all?limit=1000', null);
  expect(
    ids.every((id) => all.some((task) => task.task_id === id)),
    'GET /tasks/all shows both tasks',
  );
  const open = await readList(api, '/all?include_completed=false', null);
  expect(
    !open.some(isFinished),
    'GET /tasks/all?include_completed=false leaves out what is finished',
  );
  const stats = await readStats(api);
  expect(stats.completed_tasks >= before.completed_tasks + ids.length, 'the statistics count both');
  note(
    `${stats.completed_tasks} completed, ${stats.failed_tasks} failed, success rate ${stats.success_rate} %`,
  );
}

async function errors(api: Api, missing: string): Promise<void> {
  const unknown = await api('/tasks/00000000-0000-4000-8000-000000000000');
  expect(unknown.status === 404, `an unknown task is 404, got ${unknown.status}`);
  note('an unknown task is 404');
  const limit = await api('/tasks/all?limit=abc');
  expect([400, 422].includes(limit.status), `limit=abc is 400 or 422, got ${limit.status}`);
  note(`limit=abc is ${limit.status}`);
  const malformed = await api('/ingest', {
    method: 'POST',
    headers: JSON_TYPE,
    body: '{"videos": ',
  });
  expect(
    [400, 422].includes(malformed.status),
    `a malformed body is 400 or 422, got ${malformed.status}`,
  );
  note(`a malformed body is ${malformed.status}`);
  const { status, body } = await post(api, '/ingest', { videos: [missing] });
  expect(status === 200, `a video that is not there is queued all the same, got ${status}`);
  const id = String((body as Record<string, unknown>)['task_id']);
  await follow(api, [id]);
  const task = await readTask(api, id);
  expect(task.status === 'failed', `its task fails, got ${task.status}`);
  expect(task.error_message !== null && task.error_message !== '', 'its error_message says why');
  note(`a missing video fails: ${String(task.error_message).split('\n')[0]}`);
  const { body: cleaned } = await ok(api, '/tasks/cleanup?days=365', { method: 'DELETE' });
  const { cleaned_tasks, days } = cleaned as Record<string, unknown>;
  expect(
    Number.isInteger(cleaned_tasks) && days === 365,
    `DELETE /tasks/cleanup?days=365 counts, got ${show(cleaned)}`,
  );
  note(`cleanup of what is older than a year: ${String(cleaned_tasks)} tasks`);
}

async function readStats(api: Api): Promise<Stats> {
  const { body } = await ok(api, '/tasks/stats');
  const stats = body as Stats;
  for (const field of STATS_FIELDS) {
    expect(
      typeof stats[field] === 'number',
      `GET /tasks/stats has a number ${field}, got ${show(body)}`,
    );
  }
  expect(
    Object.keys(stats).length === STATS_FIELDS.length,
    `GET /tasks/stats has nothing else, got ${show(body)}`,
  );
  const decided = stats.completed_tasks + stats.failed_tasks;
  const rate = decided === 0 ? 0 : (100 * stats.completed_tasks) / decided;
  expect(
    Math.abs(stats.success_rate - rate) <= 0.011,
    `success_rate is ${rate.toFixed(2)}, got ${stats.success_rate}`,
  );
  return stats;
}

async function readTask(api: Api, id: string): Promise<ApiTask> {
  const { body } = await ok(api, `/tasks/${encodeURIComponent(id)}`);
  const task = documentedTask(body);
  expect(task.task_id === id, `GET /tasks/${id} is that task, got ${show(task.task_id)}`);
  return task;
}

async function readList(
  api: Api,
  path: string,
  status: string | null,
): Promise<readonly ApiTask[]> {
  const { body } = await ok(api, `/tasks${path}`);
  const { tasks, total_count } = body as { tasks: unknown; total_count: unknown };
  expect(
    Array.isArray(tasks) && Number.isInteger(total_count),
    `GET /tasks${path} has tasks and total_count`,
  );
  const list = (tasks as unknown[]).map(documentedTask);
  expect(
    Number(total_count) >= list.length,
    `its total_count is not less than its tasks, got ${show(total_count)}`,
  );
  if (status !== null)
    expect(
      list.every((task) => task.status === status),
      `GET /tasks${path} has ${status} tasks only`,
    );
  return list;
}

function documentedTask(body: unknown): ApiTask {
  const task = body as ApiTask;
  const fields = Object.keys(body ?? {}).sort();
  expect(
    fields.join() === [...TASK_FIELDS].sort().join(),
    `a task has the nine documented fields, got ${fields.join()}`,
  );
  expect(
    STATUSES.includes(task.status),
    `its status is a documented one, got ${show(task.status)}`,
  );
  expect(
    typeof task.metadata === 'object' && task.metadata !== null,
    `its metadata is an object, got ${show(task.metadata)}`,
  );
  return task;
}

async function ok(api: Api, path: string, init?: RequestInit): ReturnType<Api> {
  const answer = await api(path, init);
  expect(
    answer.status === 200,
    `${init?.method ?? 'GET'} ${path} answers 200, got ${answer.status}: ${show(answer.body)}`,
  );
  return answer;
}

function post(api: Api, path: string, body: unknown): ReturnType<Api> {
  return api(path, { method: 'POST', headers: JSON_TYPE, body: JSON.stringify(body) });
}

const JSON_TYPE = { 'content-type': 'application/json' };
const STATUSES = ['pending', 'running', 'completed', 'failed', 'cancelled'];
const STATS_FIELDS = [
  'total_tasks',
  'running_tasks',
  'pending_tasks',
  'completed_tasks',
  'failed_tasks',
  'success_rate',
] as const;
const TASK_FIELDS = [
  'task_id',
  'command',
  'status',
  'created_at',
  'started_at',
  'completed_at',
  'error_message',
  'progress',
  'metadata',
] as const;

function isFinished(task: ApiTask): boolean {
  return !['pending', 'running'].includes(task.status);
}

async function step<T>(title: string, check: () => Promise<T>): Promise<T> {
  console.log(`\n${title}`);
  return check();
}

function note(text: string): void {
  console.log(`  ok  ${text}`);
}

function expect(isTrue: boolean, claim: string): asserts isTrue {
  if (!isTrue) throw new VerifyError(`Expected that ${claim}.`);
}

function show(value: unknown): string {
  const text = JSON.stringify(value) ?? 'undefined';
  return text.length > 300 ? `${text.slice(0, 300)}…` : text;
}

function parse(args: readonly string[]): { base: URL; video: string; missing: string } {
  const values = { video: 'elephants-dream', missing: `no-such-video-${Date.now()}` };
  let url: string | undefined;
  for (let index = 0; index < args.length; index++) {
    const arg = args[index] as string;
    const value = args[index + 1];
    if (arg === '--video' && value) values.video = args[++index] as string;
    else if (arg === '--missing' && value) values.missing = args[++index] as string;
    else if (url === undefined && !arg.startsWith('--')) url = arg;
    else throw new VerifyError(`Cannot use the argument ${arg}. ${USAGE}`);
  }
  if (url === undefined || !/^https?:\/\//.test(url) || !URL.canParse(url)) {
    throw new VerifyError(`Expected the server's address, got ${url ?? 'none'}. ${USAGE}`);
  }
  return { base: new URL(url), ...values };
}

const USAGE =
  'Usage: npm run verify -- http://localhost:8000 [--video <id it has>] [--missing <id it has not>]';

try {
  await main(process.argv.slice(2));
} catch (error) {
  if (!(error instanceof VerifyError)) throw error;
  console.error(`\nFAILED  ${error.message}`);
  process.exitCode = 1;
}
