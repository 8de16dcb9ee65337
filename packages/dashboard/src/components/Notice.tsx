import type { ComponentChildren } from 'preact';
import { Icon, type IconName } from './Icon.js';

/** What stands where there is nothing to show, and what to do about it. */
export function Notice(props: {
  readonly icon: IconName;
  readonly title: string;
  readonly children?: ComponentChildren;
}) {
  return (
    <div class="notice">
      <Icon name={props.icon} />
      <h2>{props.title}</h2>
      {props.children}
    </div>
  );
}
