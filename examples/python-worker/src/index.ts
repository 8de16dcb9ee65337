import { TaskMonitor } from '@task-monitor/core';
import { runCommand } from '@task-monitor/process';

const { PYTHON = 'python3' } = process.env;
const monitor = new TaskMonitor();
const run = await runCommand(monitor, [PYTHON, 'ingest.py', ...process.argv.slice(2)]);
for await (const event of monitor.watch({ taskId: run.task.id })) {
  if ('task' in event) console.log(event.task.status, event.task.progress?.percent ?? '');
}
const { error, execution } = await monitor.get(run.task.id);
console.log(error?.message ?? `exit code ${execution.process?.exitCode}`);
