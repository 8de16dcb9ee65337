/** Ten a second: more than an eye needs, and few enough for any connection. */
const FRAME_MS = 100;

/** Draws when something has changed, at once if the last time is long enough ago, and never more often than ten times a second. */
export class Frames {
  readonly #draw: () => void;
  #timer: NodeJS.Timeout | null = null;
  #drawnAt = -Infinity;
  #isOver = false;

  constructor(draw: () => void) {
    this.#draw = draw;
  }

  request(): void {
    if (this.#isOver || this.#timer !== null) return;
    const waitMs = Math.max(0, this.#drawnAt + FRAME_MS - performance.now());
    this.#timer = setTimeout(() => {
      this.#timer = null;
      this.#drawnAt = performance.now();
      this.#draw();
    }, waitMs);
  }

  /** Draws what is still to be drawn, and nothing from then on. */
  end(): void {
    if (this.#timer !== null) {
      clearTimeout(this.#timer);
      this.#draw();
    }
    this.#isOver = true;
  }
}
