import { useEffect, useRef } from 'preact/hooks';
import type { Completion } from '../text/search-completion.js';
import { visible } from '../text/visible.js';

export const OPTIONS_ID = 'search-options';

export function optionId(index: number): string {
  return `${OPTIONS_ID}-${index}`;
}

/** How the search can go on. */
export function SearchOptions(props: {
  readonly options: readonly Completion[];
  /** The place of the chosen one; -1: none is. */
  readonly active: number;
  readonly accept: (option: Completion) => void;
}) {
  const { options, active, accept } = props;
  const list = useRef<HTMLUListElement>(null);
  useEffect(() => {
    list.current?.children[active]?.scrollIntoView({ block: 'nearest' });
  }, [active]);
  return (
    <ul
      id={OPTIONS_ID}
      class="search-options"
      role="listbox"
      aria-label="Completions"
      hidden={options.length === 0}
      ref={list}
      // The focus stays where it is written.
      onMouseDown={(event) => event.preventDefault()}
    >
      {options.map((option, index) => (
        <li
          key={option.text}
          id={optionId(index)}
          role="option"
          aria-selected={index === active}
          onClick={() => accept(option)}
        >
          <code>{visible(option.label)}</code>
          <span>{option.what}</span>
        </li>
      ))}
    </ul>
  );
}
