/** What can be killed at once, while this process is ending. */
export interface Killable {
  kill(): void;
}

/**
 * Kills children when this process exits, by `process.exit()` or an uncaught error: nobody would be left to read their
 * output or to stop them. By SIGKILL, because nothing can be waited for any more, and a child that does not obey SIGTERM
 * would live on. The one listener on `process` is there only while there are children.
 */
export class ExitGuard {
  readonly #children = new Set<Killable>();
  readonly #onExit = (): void => {
    for (const child of this.#children) child.kill();
  };

  add(child: Killable): void {
    if (this.#children.size === 0) process.on('exit', this.#onExit);
    this.#children.add(child);
  }

  remove(child: Killable): void {
    this.#children.delete(child);
    if (this.#children.size === 0) process.off('exit', this.#onExit);
  }
}
