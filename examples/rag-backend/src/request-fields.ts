import { BadRequest, type RequestMistake } from './problem.js';
import { parseVideoId, VideoIdError } from './video-id.js';

/** Reads the fields of one request and collects everything that is wrong with them. */
export class RequestFields {
  readonly #fields: Readonly<Record<string, unknown>>;
  readonly #mistakes: RequestMistake[] = [];

  /** @throws BadRequest when `fields` is no object: an empty body, an array, another content type. */
  constructor(fields: unknown) {
    if (typeof fields !== 'object' || fields === null || Array.isArray(fields)) {
      throw new BadRequest([
        { parameter: 'body', detail: 'Expected a JSON object, sent as application/json.' },
      ]);
    }
    this.#fields = fields as Record<string, unknown>;
  }

  /** Ids or YouTube addresses; each twice given id only once. */
  videoIds(field: string): readonly string[] {
    const value = this.#value(field);
    if (!Array.isArray(value) || value.length === 0 || value.length > MAX_VIDEOS) {
      return this.#wrong(
        field,
        `Expected 1 to ${MAX_VIDEOS} video ids or YouTube addresses in an array.`,
        [],
      );
    }
    const ids = value.map((text: unknown, index) => this.#videoId(`${field}[${index}]`, text));
    return [...new Set(ids)];
  }

  boolean(field: string, byDefault: boolean): boolean {
    const value = this.#value(field) ?? byDefault;
    return typeof value === 'boolean'
      ? value
      : this.#wrong(field, 'Expected true or false.', byDefault);
  }

  /** A number from `min` to `max`. */
  number(field: string, byDefault: number, min: number, max: number): number {
    const value = this.#value(field) ?? byDefault;
    const isRight = typeof value === 'number' && value >= min && value <= max;
    return isRight
      ? value
      : this.#wrong(field, `Expected a number from ${min} to ${max}.`, byDefault);
  }

  /** Digits, as a query parameter has them. */
  integerText(field: string, byDefault: number, min: number, max: number): number {
    const value = this.#value(field) ?? String(byDefault);
    const isRight =
      typeof value === 'string' &&
      /^\d{1,9}$/.test(value) &&
      Number(value) >= min &&
      Number(value) <= max;
    return isRight
      ? Number(value)
      : this.#wrong(field, `Expected an integer from ${min} to ${max}, once.`, byDefault);
  }

  text(field: string, maxLength: number): string {
    const value = this.#value(field);
    const isRight = typeof value === 'string' && value.trim() !== '' && value.length <= maxLength;
    return isRight
      ? value
      : this.#wrong(field, `Expected 1 to ${maxLength} characters of text, once.`, '');
  }

  /** Call when all fields were read. @throws BadRequest naming every field that is wrong */
  check(): void {
    if (this.#mistakes.length > 0) throw new BadRequest(this.#mistakes);
  }

  #value(field: string): unknown {
    return Object.hasOwn(this.#fields, field) ? this.#fields[field] : undefined;
  }

  #videoId(field: string, text: unknown): string {
    if (typeof text !== 'string')
      return this.#wrong(field, 'Expected a video id or a YouTube address.', '');
    try {
      return parseVideoId(text);
    } catch (error) {
      if (error instanceof VideoIdError) return this.#wrong(field, error.message, '');
      throw error;
    }
  }

  #wrong<T>(field: string, detail: string, instead: T): T {
    this.#mistakes.push({ parameter: field, detail });
    return instead;
  }
}

/** What one request may ask for: a batch that a person would still follow. */
const MAX_VIDEOS = 100;
