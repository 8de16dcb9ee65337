import { visible } from '../text/visible.js';
import { Notice } from './Notice.js';

/** Nothing was heard of the server so far, and why. */
export function NoAnswer({ detail }: { readonly detail: string }) {
  return (
    <Notice icon="attention" title="No answer yet">
      <p>{visible(detail)}</p>
      <p>It is being tried again.</p>
    </Notice>
  );
}
