import { useLayoutEffect, useRef } from 'preact/hooks';
import { watchReading } from '../live/reading.js';
import type { ListPage, TaskList } from '../live/task-list.js';
import type { TaskTree } from '../live/task-tree.js';
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
  const removed = list.removed.value;
  const place = useRef<HTMLDivElement>(null);
  useLayoutEffect(
    () => (place.current === null ? undefined : watchReading(place.current, list.isRead)),
    [list],
  );
  return (
    <div
      role={isTree ? 'treegrid' : 'table'}
      class="task-table"
      ref={place}
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
      <div role="rowgroup" class="task-rows">
        {isTree ? (
          <TreeRows list={list} tree={tree} page={page} />
        ) : (
          page.tasks.map((task) => (
            <TaskRow
              key={task.task_id}
              task={task}
              at={page.at}
              isRemoved={removed.has(task.task_id)}
            />
          ))
        )}
      </div>
    </div>
  );
}
