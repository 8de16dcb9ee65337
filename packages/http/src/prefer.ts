/** What of the header `Prefer` (RFC 7240) means something here. */
export interface Preferences {
  /** Seconds that the client would rather wait than be answered with an interim state; `null`: it does not say. */
  readonly wait: number | null;
  /** Whether it asks outright not to be kept waiting, or not longer than that. */
  readonly respondAsync: boolean;
}

/** What `header` says. What is malformed or unknown says nothing, as the RFC has it, and of two that contradict the first counts. */
export function readPreferences(header: string | readonly string[] | undefined): Preferences {
  const text = Array.isArray(header) ? header.join(',') : ((header as string | undefined) ?? '');
  const values = new Map<string, string>();
  for (const [part] of text.slice(0, MAX_CHARACTERS).matchAll(PARTS)) {
    const [, name = '', quoted, plain] = PREFERENCE.exec(part) ?? [];
    const key = name.toLowerCase();
    if (key !== '' && !values.has(key)) values.set(key, quoted ?? plain ?? '');
  }
  const wait = values.get('wait') ?? '';
  return {
    wait: SECONDS.test(wait) ? Number(wait) : null,
    respondAsync: values.get('respond-async') === '',
  };
}

/** Longer than all preferences that there are, and short enough to be read at once. */
const MAX_CHARACTERS = 1_000;
/** What stands between commas; those inside of quotes are none. */
const PARTS = /(?:[^,"]|"(?:[^"\\]|\\.)*")+/g;
/** A name and its value, quoted or not; parameters that follow are left alone. */
const PREFERENCE =
  /^\s*([\w!#$%&'*+.^`|~-]+)\s*(?:=\s*(?:"([^"\\]*)"|([\w!#$%&'*+.^`|~-]*))\s*)?(?:;|$)/;
const SECONDS = /^\d{1,9}$/;
