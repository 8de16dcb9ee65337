import { usePage } from '../page.js';
import { visible } from '../text/visible.js';
import { Icon } from './Icon.js';
import { Instant } from './Instant.js';
import { TaskName } from './TaskName.js';

/** Running tasks that do not move, with the evidence. */
export function Unwell() {
  const ids = usePage().live.unwell.value;
  if (ids.length === 0) return null;
  return (
    <section class="card" aria-labelledby="unwell-title">
      <header class="card-head">
        <h2 id="unwell-title">Not moving</h2>
        <span class="figures">{ids.length}</span>
      </header>
      <ul class="rows">
        {ids.map((id) => (
          <UnwellRow key={id} id={id} />
        ))}
      </ul>
    </section>
  );
}

function UnwellRow({ id }: { readonly id: string }) {
  const seen = usePage().live.cells.cell(id).value;
  if (seen === null || seen.task.health === null) return null;
  const { state, evidence, since } = seen.task.health;
  return (
    <li class="unwell-row">
      <Icon name="attention" />
      <div>
        <p class="running-title">
          <TaskName task={seen.task} />
          <span class={`tag is-${state}`}>{state}</span>
        </p>
        <p class="secondary">
          {visible(evidence)}
          {since !== null && (
            <>
              {' · since '}
              <Instant at={since} />
            </>
          )}
        </p>
      </div>
    </li>
  );
}
