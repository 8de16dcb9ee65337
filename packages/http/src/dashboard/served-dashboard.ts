import type { IncomingMessage } from 'node:http';
import type { Reply } from '../reply.js';
import type { Dashboard } from './dashboard.js';
import { PAGE_HEADERS } from './page-headers.js';
import { ServedAsset } from './served-asset.js';

/** The answers that a dashboard consists of. */
export class ServedDashboard {
  readonly page: Reply;
  readonly refusal: Reply;
  readonly #assets: ReadonlyMap<string, ServedAsset>;

  constructor({ page, refusal, assets }: Dashboard) {
    this.page = html(200, page);
    this.refusal = html(403, refusal);
    this.#assets = new Map(
      Object.entries(assets).map(([name, asset]) => [name, new ServedAsset(asset)]),
    );
  }

  /** What is at `name` below `…/ui/`; `null`: nothing. `''` is the page's path with a slash too many, as people type it. */
  below(name: string): ((req: IncomingMessage, query: string) => Reply | Promise<Reply>) | null {
    if (name === '') return (_, query) => toPage(query);
    const asset = this.#assets.get(name);
    return asset === undefined ? null : (req) => asset.reply(req);
  }
}

function html(status: number, body: string): Reply {
  return { status, contentType: 'text/html; charset=utf-8', body, headers: PAGE_HEADERS };
}

/** Relative: only the browser knows where the API is mounted. */
function toPage(query: string): Reply {
  const kept = PRINTABLE.test(query) ? `?${query}` : '';
  return { status: 308, headers: { Location: `../ui${kept}` } };
}

/** What may stand in a header. */
const PRINTABLE = /^[\x21-\x7e]+$/;
