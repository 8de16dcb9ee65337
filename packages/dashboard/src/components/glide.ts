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

/**
 * As {@link useGlide}, for children of any height: where they are is measured before and after each time that the component is
 * drawn. What is new comes out of nothing.
 */
export function useMeasuredGlide<T extends HTMLElement>(): RefObject<T | null> {
  const container = useRef<T>(null);
  const before = placesIn(container.current);
  useLayoutEffect(() => {
    if (before.size === 0 || matchMedia('(prefers-reduced-motion: reduce)').matches) return;
    for (const [child, top] of placesIn(container.current)) {
      const last = before.get(child);
      if (last === top) continue;
      const steps =
        last === undefined
          ? { opacity: [0, 1] }
          : { transform: [`translateY(${last - top}px)`, 'none'] };
      child.animate(steps, { duration: GLIDE_MS, easing: 'ease-out' });
    }
  });
  return container;
}

/** How far below the beginning of its container each child is, in pixels. */
function placesIn(container: HTMLElement | null): ReadonlyMap<Element, number> {
  const children = [...(container?.children ?? [])] as HTMLElement[];
  const top = container?.offsetTop ?? 0;
  return new Map(children.map((child) => [child, child.offsetTop - top]));
}
