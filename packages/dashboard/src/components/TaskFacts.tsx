import type { ComponentChildren } from 'preact';
import type { OneTask } from '../live/one-task.js';
import { durationMs } from '../live/outlook.js';
import { usePage } from '../page.js';
import { hrefOf } from '../route.js';
import { bytesText } from '../text/bytes.js';
import { durationText } from '../text/duration.js';
import { lateOutcomeWords } from '../text/failure-words.js';
import { beginning, visible } from '../text/visible.js';
import { CopyButton } from './CopyButton.js';
import { Instant } from './Instant.js';
import { TaskName } from './TaskName.js';

/** When, for how long, by whom: one fact a line. */
export function TaskFacts({ one }: { readonly one: OneTask }) {
  const { now } = usePage();
  const seen = one.seen.value;
  if (seen === null) return null;
  const { task } = seen;
  const isOver = task.completed_at !== null;
  const lasted = durationMs(
    seen,
    task.status === 'running' && one.removedAt.value === null ? now.value : seen.at,
  );
  const { parent_id: parentId, process, owner, late_outcome: late } = task;
  return (
    <section class="card" aria-labelledby="facts-title">
      <header class="card-head">
        <h2 id="facts-title">Details</h2>
      </header>
      <dl class="facts">
        <Fact name="Id">
          <span class="fact-id">
            <span class="mono">{visible(beginning(task.task_id, 200).text)}</span>
            <CopyButton text={task.task_id} what="the id" />
          </span>
        </Fact>
        {parentId !== null && (
          <Fact name="Part of">
            <Parent one={one} id={parentId} />
          </Fact>
        )}
        <Fact name="Created">
          <Instant at={task.created_at} />
        </Fact>
        <Fact name="Started">
          {task.started_at === null ? (
            isOver ? (
              'never'
            ) : (
              'not yet'
            )
          ) : (
            <Instant at={task.started_at} />
          )}
        </Fact>
        <Fact name="Ended">
          {task.completed_at === null ? 'not yet' : <Instant at={task.completed_at} />}
        </Fact>
        {lasted !== null && <Fact name="Duration">{durationText(lasted)}</Fact>}
        {late !== null && (
          <Fact name="Afterwards">
            {lateOutcomeWords(late)}, <Instant at={late.at} />
            {late.message !== null && <>: {visible(beginning(late.message, 400).text)}</>}
          </Fact>
        )}
        {process !== null && <Process process={process} />}
        {owner !== null && (
          <Fact name="Host">
            <span title={owner.id}>
              {visible(owner.host)}, process {owner.pid}
            </span>
          </Fact>
        )}
        <Fact name="Driven by">
          {task.driver === 'runner'
            ? `Task Monitor${isOver ? '' : ', which can stop it'}`
            : 'its own code'}
        </Fact>
      </dl>
    </section>
  );
}

function Fact(props: { readonly name: string; readonly children: ComponentChildren }) {
  return (
    <div>
      <dt>{props.name}</dt>
      <dd>{props.children}</dd>
    </div>
  );
}

function Parent({ one, id }: { readonly one: OneTask; readonly id: string }) {
  const parent = one.cells.cell(id).value;
  if (parent !== null) return <TaskName task={parent.task} />;
  return <a href={hrefOf({ page: 'task', id })}>{visible(beginning(id, 80).text)}</a>;
}

type ProcessFacts = NonNullable<NonNullable<OneTask['seen']['value']>['task']['process']>;

function Process({ process }: { readonly process: ProcessFacts }) {
  const { pid, exit_code: code, signal, cpu_ms: cpuMs, peak_memory_bytes: bytes } = process;
  return (
    <>
      {pid !== null && <Fact name="Process">{pid}</Fact>}
      {code !== null && <Fact name="Exit code">{code}</Fact>}
      {signal !== null && <Fact name="Signal">{visible(signal)}</Fact>}
      {cpuMs !== null && <Fact name="Processor">{durationText(cpuMs)}</Fact>}
      {bytes !== null && <Fact name="Memory">{bytesText(bytes)} at most</Fact>}
    </>
  );
}
