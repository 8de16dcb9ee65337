import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import type { WireOutputLine } from '@task-monitor/client';
import type { OneTask } from '../live/one-task.js';
import { missingBefore } from '../live/output-tail.js';
import { countText } from '../text/number.js';
import { CopyButton } from './CopyButton.js';
import { OutputLine } from './OutputLine.js';

/** Nearer to the end than this many pixels is at the end. */
const AT_END_PX = 24;

/** What is drawn at most without scrolling, and how much that is for one line. */
const MOST_ROWS = 17;
const ROW_PX = 19.2;
const ROW_CHARACTERS = 100;

/** The newest lines that a task wrote. Follows the end as long as the reader is there. */
export function Output({ one }: { readonly one: OneTask }) {
  const tail = one.output.value;
  const place = useRef<HTMLDivElement>(null);
  /** The last line that was there when the reader left the end; `null`: the reader is at the end. */
  const [leftAt, leave] = useState<number | null>(null);
  const lastTop = useRef(0);
  const [isWrapped, wrap] = useState(true);
  const lines = tail?.lines ?? [];
  const last = tail?.lastNumber ?? 0;
  const toEnd = (): void => {
    const element = place.current;
    if (element !== null) element.scrollTop = element.scrollHeight;
  };
  useLayoutEffect(() => {
    if (leftAt === null) toEnd();
  }, [last, leftAt, isWrapped]);
  const onScroll = (): void => {
    const element = place.current;
    if (element === null) return;
    const isAtEnd = element.scrollHeight - element.scrollTop - element.clientHeight < AT_END_PX;
    // What comes in between moves the end away, too: only who goes up has left it.
    const isUp = element.scrollTop < lastTop.current;
    lastTop.current = element.scrollTop;
    if (isAtEnd) leave(null);
    else if (isUp && leftAt === null) leave(last);
  };
  const news = leftAt === null ? 0 : last - leftAt;
  return (
    <section class="card output" aria-labelledby="output-title">
      <header class="card-head">
        <h2 id="output-title">Output</h2>
        {lines.length > 0 && (
          <span class="output-choices">
            <label class="choice">
              <input
                type="checkbox"
                checked={isWrapped}
                onChange={({ currentTarget }) => wrap(currentTarget.checked)}
              />
              Wrap lines
            </label>
            <CopyButton text={lines.map(({ text }) => text).join('\n')} what="the output" />
          </span>
        )}
      </header>
      {lines.length === 0 ? (
        <Nothing one={one} isKnown={tail !== null} />
      ) : (
        <div class="output-frame">
          {/* Read out line by line, a task that writes fast would drown everything else. */}
          <div
            class={`output-lines${isWrapped ? ' is-wrapped' : ''}`}
            ref={place}
            role="log"
            aria-live="off"
            aria-label="Output"
            tabIndex={0}
            onScroll={onScroll}
            style={{ height: `${heightOf(lines)}px` }}
          >
            <div>
              {lines.map((line, index) => (
                <OutputLine
                  key={line.number}
                  line={line}
                  missing={missingBefore(lines, index)}
                  isFirst={index === 0}
                />
              ))}
            </div>
          </div>
          {leftAt !== null && (
            <button type="button" class="button to-end" onClick={toEnd}>
              Jump to the end
              {news > 0 && <b class="figures">{countText(news)} new</b>}
            </button>
          )}
        </div>
      )}
    </section>
  );
}

/** As much as the first lines need; from then on it stays, however large the reader has made it. */
function heightOf(lines: readonly WireOutputLine[]): number {
  let rows = 0;
  for (const { text } of lines) {
    rows += Math.max(Math.ceil(text.length / ROW_CHARACTERS), 1);
    if (rows >= MOST_ROWS) break;
  }
  return Math.ceil(Math.min(rows, MOST_ROWS) * ROW_PX) + 18;
}

function Nothing({ one, isKnown }: { readonly one: OneTask; readonly isKnown: boolean }) {
  const status = one.seen.value?.task.status;
  const isOver = status !== 'pending' && status !== 'running';
  return (
    <p class="nothing">
      {!isKnown ? 'Loading …' : isOver ? 'It wrote nothing.' : 'It has written nothing yet.'}
    </p>
  );
}
