import type { JsonObject } from '../json.js';
import type { Execution, Task } from '../task.js';
import type { Progress } from '../progress.js';
import { isPlain } from './executions.js';
import {
  ARRAY,
  bytesOfJson,
  bytesOfRecord,
  bytesOfText,
  bytesOfTexts,
  NUMBER,
  OBJECT,
  SLOT,
} from './heap-bytes.js';

/** What a task takes of the heap, with its entry and its place in the map and the lists that every task is in. */
export function bytesOfTask(task: Task): number {
  return (
    EVERY_TASK +
    bytesOfText(task.id) +
    bytesOfOptional(task.type) +
    bytesOfOptional(task.name) +
    bytesOfTexts(task.command) +
    bytesOfMetadata(task.metadata) +
    bytesOfTexts(task.tags) +
    SLOT * (task.tags.length + 2) +
    bytesOfProgress(task.progress) +
    bytesOfJson(task.result) +
    bytesOfRecord(task.error) +
    bytesOfExecution(task.execution)
  );
}

/** What `task` holds that `other`, another version of it, does not. Only what a write may change is looked at. */
export function bytesBeside(task: Task, other: Task): number {
  let bytes = 0;
  if (task.progress !== other.progress) bytes += bytesOfProgress(task.progress);
  if (task.result !== other.result) bytes += bytesOfJson(task.result);
  if (task.error !== other.error) bytes += bytesOfRecord(task.error);
  if (task.execution !== other.execution) bytes += bytesOfExecution(task.execution);
  return bytes;
}

/** Does not compile until a new field of it is counted. */
function bytesOfProgress(
  progress: (Progress & Record<Exclude<keyof Progress, CountedOfProgress>, never>) | null,
): number {
  if (progress === null) return 0;
  const { message, unit, steps, children } = progress;
  let bytes = PROGRESS + bytesOfOptional(message) + bytesOfOptional(unit) + bytesOfRecord(children);
  if (steps.length > 0) bytes += ARRAY;
  for (const step of steps) bytes += SLOT + bytesOfRecord(step);
  return bytes;
}

/** Its numbers are counted as if all but `updatedAt` were small ones. */
type CountedOfProgress =
  'message' | 'unit' | 'current' | 'total' | 'percent' | 'updatedAt' | 'steps' | 'children';

/** Owner and `endedBy` are the same objects for all tasks of a monitor, and so is an execution with nothing else. */
function bytesOfExecution(execution: Execution): number {
  if (isPlain(execution)) return 0;
  return (
    EXECUTION +
    bytesOfRecord(execution.parent) +
    bytesOfRecord(execution.cancel) +
    bytesOfRecord(execution.lateOutcome) +
    bytesOfRecord(execution.process) +
    bytesOfOptional(execution.resultOmitted)
  );
}

/** All tasks without metadata have the same empty object. */
function bytesOfMetadata(metadata: JsonObject): number {
  const bytes = bytesOfJson(metadata);
  return bytes === EMPTY_OBJECT ? 0 : bytes;
}

function bytesOfOptional(text: string | null): number {
  return text === null ? 0 : bytesOfText(text);
}

const EMPTY_OBJECT = bytesOfJson({});
const PROGRESS = OBJECT + 8 * SLOT + NUMBER;
const EXECUTION = OBJECT + 9 * SLOT;

/** The task with its three instants, the entry, the place in the map (37 bytes on average) and in three lists. */
const EVERY_TASK = OBJECT + 17 * SLOT + 3 * NUMBER + OBJECT + 4 * SLOT + 37 + 3 * SLOT + ARRAY / 16;
