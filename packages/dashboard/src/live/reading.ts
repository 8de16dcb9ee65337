import type { Signal } from '@preact/signals';

/** Below this the top of the page is out of sight, in pixels. */
const SCROLLED = 100;

/**
 * Keeps `isRead` at whether somebody reads `element`: the pointer is on it, the focus in it, or the page is scrolled down by
 * more than `scrolled` pixels. The function that it returns ends that.
 */
export function watchReading(
  element: HTMLElement,
  isRead: Signal<boolean>,
  scrolled = SCROLLED,
): () => void {
  let isPointed = false;
  const look = (): void => {
    isRead.value = isPointed || scrollY > scrolled || element.contains(document.activeElement);
  };
  const point = ({ type, pointerType }: PointerEvent): void => {
    // A finger that is gone leaves no pointer behind.
    isPointed = type === 'pointerenter' && pointerType === 'mouse';
    look();
  };
  // The focus is nowhere while it moves.
  const lookSoon = (): void => queueMicrotask(look);
  element.addEventListener('pointerenter', point);
  element.addEventListener('pointerleave', point);
  element.addEventListener('focusin', look);
  element.addEventListener('focusout', lookSoon);
  addEventListener('scroll', look, { passive: true });
  look();
  return () => {
    element.removeEventListener('pointerenter', point);
    element.removeEventListener('pointerleave', point);
    element.removeEventListener('focusin', look);
    element.removeEventListener('focusout', lookSoon);
    removeEventListener('scroll', look);
    isRead.value = false;
  };
}
