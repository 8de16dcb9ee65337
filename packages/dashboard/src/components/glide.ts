import type { RefObject } from 'preact';
import { useLayoutEffect, useRef } from 'preact/hooks';

const GLIDE_MS = 240;

/**
 * Rows glide to where a change has moved them, so that eyes can follow; for the container of rows of one height, by their keys.
 * Not when `list` is another than before.
 */
export function useGlide(list: string, keys: readonly string[]): RefObject<HTMLDivElement | null> {
  const container = useRef<HTMLDivElement>(null);
  const before = useRef({ list, keys });
  useLayoutEffect(() => {
    const last = before.current;
    before.current = { list, keys };
    if (last.list !== list || matchMedia('(prefers-reduced-motion: reduce)').matches) return;
    const places = new Map(last.keys.map((key, index) => [key, index]));
    const rows = container.current?.children ?? [];
    // What is new comes with the row below it.
    let moved = 0;
    for (let index = keys.length - 1; index >= 0; index--) {
      moved = (places.get(keys[index] as string) ?? moved + index) - index;
      if (moved !== 0)
        rows[index]?.animate(
          { transform: [`translateY(${100 * moved}%)`, 'none'] },
          { duration: GLIDE_MS, easing: 'ease-out' },
        );
    }
  });
  return container;
}
