import { useState } from 'preact/hooks';
import type { WireOutputLine } from '@task-monitor/client';
import { countText } from '../text/number.js';
import { beginning, visible } from '../text/visible.js';

/** What is longer is cut until somebody wants to see it. */
const MOST_CHARACTERS = 2_000;

const MARKS: Readonly<Record<WireOutputLine['stream'], string>> = {
  stdout: '',
  stderr: 'err',
  log: 'log',
};

/** One line of output, and before it how many are missing. */
export function OutputLine(props: {
  readonly line: WireOutputLine;
  readonly missing: number;
  readonly isFirst: boolean;
}) {
  const { line, missing, isFirst } = props;
  const [isWhole, showAll] = useState(false);
  const { text, isCut } = beginning(line.text, isWhole ? Infinity : MOST_CHARACTERS);
  return (
    <>
      {missing > 0 && (
        <p class="output-gap">
          {missing === 1 ? '1 line is' : `${countText(missing)} lines are`} gone
          {isFirst ? ': the newest 200 lines or 64 KB are kept.' : '.'}
        </p>
      )}
      <p class={`output-line is-${line.stream}`}>
        <span class="output-number" title={line.at}>
          {line.number}
        </span>
        <span class="output-mark" title={line.stream}>
          {MARKS[line.stream]}
        </span>
        <span class="output-text" dir="auto">
          {visible(text) || ' '}
          {isCut && (
            <button type="button" class="more" onClick={() => showAll(true)}>
              … {countText(line.text.length - text.length)} characters more
            </button>
          )}
        </span>
      </p>
    </>
  );
}
