import type { JSX } from 'preact';
import { useRef } from 'preact/hooks';
import type { WireFullTask } from '@task-monitor/client';
import type { ListPage, TaskList } from '../live/task-list.js';
import type { TaskTree } from '../live/task-tree.js';
import { useGlide } from './glide.js';
import { TaskRow } from './TaskRow.js';
import { TreeRows } from './TreeRows.js';

/** The tasks of a page, one after the other or as a tree. */
export function TaskTable(props: {
  readonly list: TaskList;
  readonly tree: TaskTree;
  readonly page: ListPage;
}) {
  const { list, tree, page } = props;
  const isTree = tree.isOn.value;
  return (
    <div
      role={isTree ? 'treegrid' : 'table'}
      class="task-table"
      aria-label="Tasks"
      aria-busy={list.isOpening.value}
    >
      <div role="rowgroup" class="task-head">
        <div role="row" class="task-row">
          <div role="columnheader">Status</div>
          <div role="columnheader">Task</div>
          <div role="columnheader">Progress</div>
          <div role="columnheader">Created</div>
          <div role="columnheader">Time</div>
        </div>
      </div>
      {isTree ? <TreeRows list={list} tree={tree} page={page} /> : <Rows list={list} page={page} />}
    </div>
  );
}

interface Drawn {
  readonly task: WireFullTask;
  readonly isRemoved: boolean;
  readonly row: JSX.Element;
}

/** The tasks one after the other. Of a page that is read again, only what is new is drawn: the rest follows its cells. */
function Rows({ list, page }: { readonly list: TaskList; readonly page: ListPage }) {
  const removed = list.removed.value;
  const last = useRef<ReadonlyMap<string, Drawn>>(new Map());
  const drawn = new Map<string, Drawn>();
  for (const task of page.tasks) {
    const { task_id: id, number } = task;
    const isRemoved = removed.has(id);
    const known = last.current.get(id);
    const isSame = known?.task.number === number && known.isRemoved === isRemoved;
    // The same element, so that it is not even compared.
    const row = <TaskRow key={id} task={task} at={page.at} isRemoved={isRemoved} />;
    drawn.set(id, isSame ? known : { task, isRemoved, row });
  }
  last.current = drawn;
  const rows = useGlide(`${page.cursor} ${page.q}`, [...drawn.keys()]);
  return (
    <div role="rowgroup" class="task-rows" ref={rows}>
      {[...drawn.values()].map(({ row }) => row)}
    </div>
  );
}
