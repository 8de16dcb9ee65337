import { openApiDocument } from './document.js';

/** The document as JSON: made when it is first asked for, as most processes never are. */
export class DocumentText {
  #text: string | null = null;

  get text(): string {
    return (this.#text ??= JSON.stringify(openApiDocument()));
  }
}
