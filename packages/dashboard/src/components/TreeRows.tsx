import type { TargetedKeyboardEvent } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import type { ListPage, TaskList } from '../live/task-list.js';
import type { TaskTree } from '../live/task-tree.js';
import type { TreeRow } from '../live/tree-rows.js';
import { searchHref } from '../route.js';
import { countText } from '../text/number.js';
import { searchTerm } from '../text/search-term.js';
import { visible } from '../text/visible.js';
import { useGlide } from './glide.js';
import { Icon } from './Icon.js';
import { TaskRow } from './TaskRow.js';
import { titleOf } from './TaskName.js';

/** The tasks of a page, each below its parent. */
export function TreeRows(props: {
  readonly list: TaskList;
  readonly tree: TaskTree;
  readonly page: ListPage;
}) {
  const { list, tree, page } = props;
  const removed = list.removed.value;
  const shown = tree.rows.value;
  const rows = useGlide(
    `${page.cursor} ${page.q}`,
    shown.map(({ key }) => key),
  );
  return (
    <div role="rowgroup" class="task-rows" ref={rows}>
      {shown.map((row) => (
        <Row
          key={row.key}
          row={row}
          tree={tree}
          at={page.at}
          isRemoved={row.kind === 'task' && removed.has(row.id)}
        />
      ))}
    </div>
  );
}

function Row(props: {
  readonly row: TreeRow;
  readonly tree: TaskTree;
  readonly at: number;
  readonly isRemoved: boolean;
}) {
  const { row, tree, at, isRemoved } = props;
  const level = row.follows.length + 1;
  if (row.kind !== 'task')
    return (
      <div role="row" class="task-row is-note" aria-level={level}>
        <div role="cell" class="task-note">
          <Lines follows={row.follows} />
          <Note row={row} tree={tree} />
        </div>
      </div>
    );
  if (row.task === null)
    return (
      <div role="row" class="task-row is-note is-context" aria-level={level}>
        <div role="cell" class="task-note">
          <Lines follows={row.follows} />
          <p class="secondary" dir="auto">
            {row.isGone ? `Parent ${visible(row.id)}, removed` : `Parent ${visible(row.id)}`}
          </p>
        </div>
      </div>
    );
  const { id, task, isOpen } = row;
  const toggle = (): void => tree.toggle(id, isOpen === false);
  return (
    <TaskRow
      task={task}
      at={at}
      isRemoved={isRemoved}
      isContext={row.isContext}
      row={{
        'aria-level': level,
        ...(isOpen !== null && { 'aria-expanded': isOpen }),
        onKeyDown: (event) => steer(event, isOpen, toggle),
      }}
      lead={
        <>
          <Lines follows={row.follows} />
          {isOpen === null ? (
            <span class="tree-leaf" />
          ) : (
            <button
              type="button"
              class={isOpen ? 'tree-open is-open' : 'tree-open'}
              aria-expanded={isOpen}
              aria-label={`Children of ${titleOf(task)}`}
              onClick={toggle}
            >
              <Icon name="chevron" />
            </button>
          )}
        </>
      }
    />
  );
}

/** The lines from a row to those above and below it. */
function Lines({ follows }: { readonly follows: readonly boolean[] }) {
  const own = follows.length - 1;
  return (
    <>
      {follows.map((goesOn, level) => (
        <i
          key={level}
          aria-hidden="true"
          class={`tree-line${level === own ? ' is-own' : ''}${goesOn ? ' goes-on' : ''}`}
        />
      ))}
    </>
  );
}

function Note(props: {
  readonly row: Exclude<TreeRow, { kind: 'task' }>;
  readonly tree: TaskTree;
}) {
  const { row, tree } = props;
  const [isLong, say] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => say(true), 200);
    return () => clearTimeout(timer);
  }, []);
  if (row.kind === 'reading') return <p class="secondary">{isLong && 'Loading …'}</p>;
  if (row.kind === 'failed')
    return (
      <p class="secondary">
        Its children could not be read.{' '}
        <button type="button" class="button is-quiet" onClick={() => void tree.read(row.parentId)}>
          Try again
        </button>
      </p>
    );
  const q = searchTerm('parent', row.parentId);
  return (
    <a class="secondary-link" href={searchHref(q)}>
      and {countText(row.count)} more
    </a>
  );
}

/** Right opens, left closes or goes to the parent, up and down go from row to row. */
function steer(
  event: TargetedKeyboardEvent<HTMLDivElement>,
  isOpen: boolean | null,
  toggle: () => void,
): void {
  const { key, currentTarget: row, ctrlKey, metaKey, altKey, shiftKey } = event;
  if (ctrlKey || metaKey || altKey || shiftKey) return;
  if (key === 'ArrowRight' && isOpen === false) toggle();
  else if (key === 'ArrowLeft' && isOpen === true) toggle();
  else if (key === 'ArrowLeft') focusIn(parentOf(row));
  else if (key === 'ArrowDown' || key === 'ArrowRight') focusIn(row.nextElementSibling);
  else if (key === 'ArrowUp') focusIn(row.previousElementSibling);
  else return;
  event.preventDefault();
}

function parentOf(row: Element): Element | null {
  const level = Number(row.ariaLevel);
  let above = row.previousElementSibling;
  while (above !== null && Number(above.ariaLevel) >= level) above = above.previousElementSibling;
  return above;
}

function focusIn(row: Element | null): void {
  row?.querySelector('a')?.focus();
}
