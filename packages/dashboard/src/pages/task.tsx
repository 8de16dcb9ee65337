import { useComputed } from '@preact/signals';
import { useEffect, useState } from 'preact/hooks';
import { CancelProgress } from '../components/CancelProgress.js';
import { Failure } from '../components/Failure.js';
import { Instant } from '../components/Instant.js';
import { Note } from '../components/Note.js';
import { Output } from '../components/Output.js';
import { RawJson } from '../components/RawJson.js';
import { TaskAbsence } from '../components/TaskAbsence.js';
import { TaskColumn } from '../components/TaskColumn.js';
import { TaskFacts } from '../components/TaskFacts.js';
import { TaskHead } from '../components/TaskHead.js';
import { titleOf } from '../components/TaskName.js';
import { TaskProgress } from '../components/TaskProgress.js';
import { TaskResult } from '../components/TaskResult.js';
import { Timeline } from '../components/Timeline.js';
import { WhatRuns } from '../components/WhatRuns.js';
import { OneTask } from '../live/one-task.js';
import { usePage } from '../page.js';

/** One task: how far, until when, of what parts, what it writes, how it ended and why. */
export function TaskPage({ id }: { readonly id: string }) {
  const { client, live } = usePage();
  const [one] = useState(() => new OneTask(client, live, id));
  useEffect(() => {
    one.start();
    return () => one.stop();
  }, [one]);
  // The title alone: the page is not drawn anew with each change of the task.
  const title = useComputed(() => (one.seen.value === null ? null : titleOf(one.seen.value.task)));
  const removedAt = one.removedAt.value;
  useEffect(() => {
    if (title.value !== null) document.title = `${title.value} · Task Monitor`;
  }, [title.value]);
  if (title.value === null) return <TaskAbsence one={one} />;
  return (
    <div class={`task${removedAt === null ? '' : ' is-gone'}`}>
      <TaskHead one={one} />
      {removedAt !== null && (
        <Note>
          <strong>This task is not kept any more</strong>, as of{' '}
          <Instant at={new Date(removedAt).toISOString()} />. This is the last that was known of it.
        </Note>
      )}
      <div class="task-columns">
        <TaskColumn one={one}>
          <TaskProgress one={one} />
          <CancelProgress one={one} />
          <Failure one={one} />
          <Timeline one={one} />
          <Output one={one} />
        </TaskColumn>
        <TaskColumn one={one}>
          <TaskFacts one={one} />
          <WhatRuns one={one} />
          <TaskResult one={one} />
          <RawJson id={id} />
        </TaskColumn>
      </div>
    </div>
  );
}
