import type { ComponentChildren } from 'preact';
import type { OneTask } from '../live/one-task.js';
import { searchHref } from '../route.js';
import { metadataTerm } from '../text/search-term.js';
import { shellLine } from '../text/shell.js';
import { beginning, visible } from '../text/visible.js';
import { CopyButton } from './CopyButton.js';
import { Json } from './Json.js';

/** The command and the metadata that a task was given. */
export function WhatRuns({ one }: { readonly one: OneTask }) {
  const task = one.seen.value?.task;
  if (task === undefined) return null;
  const { command, metadata } = task;
  const line = shellLine(command);
  const entries = Object.entries(metadata);
  return (
    <>
      {command.length > 0 && (
        <section class="card" aria-labelledby="command-title">
          <header class="card-head">
            <h2 id="command-title">Command</h2>
            <CopyButton text={line} what="the command" />
          </header>
          <pre class="block" title={visible(JSON.stringify(command))} tabIndex={0}>
            <code>{visible(beginning(line, 4_000).text)}</code>
          </pre>
        </section>
      )}
      {entries.length > 0 && (
        <section class="card" aria-labelledby="metadata-title">
          <header class="card-head">
            <h2 id="metadata-title">Metadata</h2>
            <CopyButton text={JSON.stringify(metadata, null, 2)} what="the metadata" />
          </header>
          <dl class="facts">
            {entries.slice(0, MOST).map(([key, value]) => (
              <div key={key}>
                <dt title={visible(key)} dir="auto">
                  {inParts(visible(beginning(key, 60).text))}
                </dt>
                <dd>
                  <Value name={key} value={value} />
                </dd>
              </div>
            ))}
          </dl>
          {entries.length > MOST && <p class="nothing">And {entries.length - MOST} more.</p>}
        </section>
      )}
    </>
  );
}

/** A key that is too long for its line goes on in the next one where a word of it begins. */
function inParts(key: string): ComponentChildren {
  return key.split(/(?<=[_.:/-])|(?<=[a-z])(?=[A-Z])/).map((part) => [part, <wbr key={part} />]);
}

/** More is read as JSON, below. */
const MOST = 100;

function Value({ name, value }: { readonly name: string; readonly value: unknown }) {
  if (typeof value === 'object' && value !== null) return <Json value={value} />;
  const text = visible(beginning(String(value), 400).text);
  const q = metadataTerm(name, value);
  if (q === null) return <span dir="auto">{text}</span>;
  return (
    <a href={searchHref(q)} title={`Search for ${visible(q)}`} dir="auto">
      {text}
    </a>
  );
}
