import { show } from '@task-monitor/core';

/** Trouble that comes again and again until it is mended: of each cause only the first time is news. */
export class RepeatedTrouble {
  readonly #known = new Set<string>();

  /** Whether it is the first of its cause since all was well. */
  isNews(error: unknown): boolean {
    const cause = causeOf(error);
    if (this.#known.has(cause) || this.#known.size >= MAX_CAUSES) return false;
    this.#known.add(cause);
    return true;
  }

  /** All is well: what comes next is news. */
  end(): void {
    this.#known.clear();
  }
}

/** Its code, as messages may have times and numbers that are different every time. */
function causeOf(error: unknown): string {
  const { code, name, message } = Object(error) as Record<'code' | 'name' | 'message', unknown>;
  return [name, code ?? message ?? show(error)].join(' ');
}

const MAX_CAUSES = 100;
