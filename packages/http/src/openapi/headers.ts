import type { HeaderName } from '../contract.js';

/** The description of a header in the document. */
export interface WrittenHeader {
  readonly description: string;
  readonly schema: { readonly type: 'string' | 'integer' };
}

const HEADERS: Readonly<Record<HeaderName, WrittenHeader>> = {
  Allow: { description: 'The methods that the path has.', schema: { type: 'string' } },
  ETag: { description: 'The version of what is answered.', schema: { type: 'string' } },
  Link: {
    description: 'Where there is more: `<?…>; rel="next"`, relative to the address of the request.',
    schema: { type: 'string' },
  },
  'Retry-After': {
    description: 'Seconds after which to try again.',
    schema: { type: 'integer' },
  },
};

export function writtenHeaders(names: readonly HeaderName[] = []): {
  readonly headers?: Readonly<Record<string, WrittenHeader>>;
} {
  if (names.length === 0) return {};
  return { headers: Object.fromEntries(names.map((name) => [name, HEADERS[name]])) };
}
