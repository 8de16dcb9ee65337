import { createHash } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { promisify } from 'node:util';
import { constants, gzip } from 'node:zlib';
import { accepts } from '../accept.js';
import { namesTag } from '../entity-tag.js';
import type { Reply } from '../reply.js';
import type { DashboardAsset } from './dashboard.js';
import { PAGE_HEADERS } from './page-headers.js';

const compress = promisify(gzip);

/** A file that the page loads, as it is sent: compressed where the client takes that, and once only. */
export class ServedAsset {
  readonly #asset: DashboardAsset;
  readonly #hash: string;
  #compressed: Promise<Buffer> | null = null;

  constructor(asset: DashboardAsset) {
    this.#asset = asset;
    this.#hash = createHash('sha256').update(asset.body).digest('base64url').slice(0, 22);
  }

  async reply({ headers: asked }: IncomingMessage): Promise<Reply> {
    const isCompressed = accepts(asked['accept-encoding'], 'gzip');
    // A strong tag names bytes: the same file has another one for each of its two forms.
    const tag = isCompressed ? `"${this.#hash}-gzip"` : `"${this.#hash}"`;
    const headers = {
      ...PAGE_HEADERS,
      // Asked about each time, for it has the same name after an update; and sent on as it is, or the tag would be wrong.
      'Cache-Control': 'no-cache, no-transform',
      ETag: tag,
      Vary: 'Accept-Encoding',
    };
    const known = asked['if-none-match'];
    if (known !== undefined && namesTag(known, tag)) return { status: 304, headers };
    const { contentType, body } = this.#asset;
    if (!isCompressed) return { status: 200, contentType, body, headers };
    return {
      status: 200,
      contentType,
      body: await this.#gzip(),
      headers: { ...headers, 'Content-Encoding': 'gzip' },
    };
  }

  #gzip(): Promise<Buffer> {
    return (this.#compressed ??= compress(this.#asset.body, {
      level: constants.Z_BEST_COMPRESSION,
    }));
  }
}
