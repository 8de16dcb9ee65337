import type { ComponentChildren } from 'preact';
import { Icon } from './Icon.js';

/** Something to know that is no failure: calm, in amber. */
export function Note({ children }: { readonly children: ComponentChildren }) {
  return (
    <div class="note" role="status">
      <Icon name="attention" />
      <div>{children}</div>
    </div>
  );
}
