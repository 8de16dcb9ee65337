import type { ComponentChildren, TargetedKeyboardEvent } from 'preact';
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import type { SeenValues } from '../live/seen-values.js';
import type { ListTrouble } from '../live/task-list.js';
import { goTo, usePage } from '../page.js';
import { hrefOf, type TasksRoute } from '../route.js';
import { complete, type Completion, completionsAt } from '../text/search-completion.js';
import { isUnfinished } from '../text/search-fields.js';
import { toggleStatus } from '../text/status-filter.js';
import { Icon } from './Icon.js';
import { SearchMistake } from './SearchMistake.js';
import { optionId, OPTIONS_ID, SearchOptions } from './SearchOptions.js';
import { StatusChips } from './StatusChips.js';

/** How long whoever types has stopped when it is searched, in milliseconds. */
const PAUSE_MS = 300;

/** The search, with completion, and what of it can be had with one click. */
export function TaskSearch(props: {
  readonly route: TasksRoute;
  readonly seen: SeenValues;
  /** A mistake in the search, as the server found it. */
  readonly mistake: ListTrouble | null;
  /** What stands beside the chips. */
  readonly children: ComponentChildren;
}) {
  const { route, seen, mistake, children } = props;
  const page = usePage();
  const [text, setText] = useState(route.q);
  // Where the caret is as long as completion is open.
  const [caret, setCaret] = useState<number | null>(null);
  const [active, setActive] = useState(-1);
  const input = useRef<HTMLInputElement>(null);
  const caretSoon = useRef<number | null>(null);
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  // What typing has not replaced in the browser's history.
  const entry = useRef<TasksRoute>(route);
  const typed = useRef(route.q);

  useEffect(() => {
    const isOwn = route.q === typed.current && route.isTree === entry.current.isTree;
    if (isOwn && route.cursor === null) return;
    // Somebody went elsewhere: back, or by a link.
    clearTimeout(timer.current);
    entry.current = route;
    if (route.q === typed.current) return;
    typed.current = route.q;
    setText(route.q);
    setCaret(null);
  }, [route]);
  useEffect(() => () => clearTimeout(timer.current), []);
  useLayoutEffect(() => {
    if (caretSoon.current === null) return;
    input.current?.setSelectionRange(caretSoon.current, caretSoon.current);
    caretSoon.current = null;
  });
  useEffect(
    () =>
      page.wantsSearch.subscribe((isWanted) => {
        if (!isWanted) return;
        page.wantsSearch.value = false;
        input.current?.focus();
        open();
      }),
    [],
  );

  const completions =
    caret === null
      ? null
      : completionsAt(text, caret, seen, new Date(page.now.peek()).toISOString().slice(0, 10));
  const options = completions?.options ?? [];
  const isOpen = options.length > 0;

  const open = (): void => setCaret(input.current?.selectionStart ?? null);
  const close = (): void => {
    setCaret(null);
    setActive(-1);
  };
  const search = (next: string, how: 'push' | 'replace'): void => {
    clearTimeout(timer.current);
    const to: TasksRoute = { ...route, q: next.trim(), cursor: null };
    typed.current = to.q;
    if (how === 'push' && hrefOf(entry.current) !== hrefOf(to)) {
      // Back leads to the search before this one, and not to half of it.
      history.replaceState(null, '', hrefOf(entry.current));
      entry.current = to;
      goTo(page, to, 'push');
    } else if (hrefOf(page.route.peek()) !== hrefOf(to)) goTo(page, to, 'replace');
  };
  const write = (next: string, at: number): void => {
    setText(next);
    setCaret(at);
    setActive(-1);
    clearTimeout(timer.current);
    timer.current = setTimeout(() => {
      if (!isUnfinished(next)) search(next, 'replace');
    }, PAUSE_MS);
  };
  const accept = (option: Completion | undefined): void => {
    if (completions === null || option === undefined) return;
    const done = complete(text, completions, option);
    caretSoon.current = done.caret;
    write(done.q, done.caret);
  };
  const submit = (next: string): void => {
    setText(next);
    close();
    search(next, 'push');
  };
  const onKeyDown = (event: TargetedKeyboardEvent<HTMLInputElement>): void => {
    const { key } = event;
    if (event.isComposing) return;
    if (key === 'ArrowDown' || key === 'ArrowUp') {
      event.preventDefault();
      if (!isOpen) return open();
      const count = options.length;
      const from = key === 'ArrowDown' ? active + 1 : active < 0 ? count - 1 : active - 1;
      setActive((from + count) % count);
    } else if (key === 'Enter') {
      event.preventDefault();
      if (isOpen && active >= 0) accept(options[active]);
      else submit(text);
    } else if (key === 'Tab' && !event.shiftKey && isOpen) {
      // Who has written nothing of it, and chosen nothing, wants to go on.
      const hasBegun = completions !== null && completions.from < (caret ?? 0);
      if (active < 0 && !hasBegun) return;
      event.preventDefault();
      accept(options[Math.max(active, 0)]);
    } else if (key === 'Escape' && isOpen) {
      event.preventDefault();
      close();
    }
  };
  const follow = (): void => {
    if (caret !== null) open();
  };
  return (
    <div role="search" class="search">
      <div class="search-box">
        <Icon name="search" />
        <input
          ref={input}
          type="text"
          role="combobox"
          value={text}
          maxLength={1_000}
          placeholder="Search tasks"
          aria-label="Search tasks"
          aria-autocomplete="list"
          aria-expanded={isOpen}
          aria-controls={OPTIONS_ID}
          aria-activedescendant={isOpen && active >= 0 ? optionId(active) : undefined}
          aria-invalid={mistake !== null}
          aria-describedby={mistake === null ? undefined : 'search-mistake'}
          autocomplete="off"
          autocapitalize="off"
          spellcheck={false}
          enterKeyHint="search"
          onInput={({ currentTarget: { value, selectionStart } }) =>
            write(value, selectionStart ?? value.length)
          }
          onKeyDown={onKeyDown}
          onKeyUp={({ key }) => /^(ArrowLeft|ArrowRight|Home|End)$/.test(key) && follow()}
          onClick={open}
          onBlur={close}
        />
        {text === '' ? (
          <kbd title="Press / to search">/</kbd>
        ) : (
          <button
            type="button"
            class="button is-quiet"
            aria-label="Clear the search"
            onClick={() => {
              submit('');
              input.current?.focus();
            }}
          >
            Clear
          </button>
        )}
        <SearchOptions options={options} active={active} accept={accept} />
      </div>
      {mistake !== null && <SearchMistake mistake={mistake} />}
      <div class="search-more">
        <StatusChips q={text} toggle={(status) => submit(toggleStatus(text, status))} />
        {children}
      </div>
    </div>
  );
}
