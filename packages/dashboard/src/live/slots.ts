/** How long the end of a task stays where the task was, in milliseconds: long enough to be read. */
export const LINGER_MS = 6_000;

interface Slot {
  readonly id: string;
  /** When it was seen to have ended; `null` while it goes on. */
  readonly endedAt: number | null;
}

/**
 * The places of running tasks in a list that does not jump: who runs keeps its place, who has ended keeps it for a while and
 * leaves it to who starts next, and what is left over closes up only after that.
 */
export class Slots {
  #slots: readonly Slot[] = [];

  get ids(): readonly string[] {
    return this.#slots.map(({ id }) => id);
  }

  /** `running` in the order in which they started; `now` in epoch milliseconds. Whether anything is to be shown otherwise. */
  update(running: readonly string[], now: number): boolean {
    const before = this.#slots;
    const goesOn = new Set(running);
    const known = new Set(before.map(({ id }) => id));
    const newcomers = running.filter((id) => !known.has(id));
    const slots: Slot[] = [];
    for (const { id, endedAt } of before) {
      if (goesOn.has(id)) {
        slots.push({ id, endedAt: null });
        continue;
      }
      const since = endedAt ?? now;
      const next = newcomers[0];
      if (endedAt !== null && next !== undefined) {
        newcomers.shift();
        slots.push({ id: next, endedAt: null });
      } else if (now - since < LINGER_MS) slots.push({ id, endedAt: since });
    }
    slots.push(...newcomers.map((id) => ({ id, endedAt: null })));
    this.#slots = slots;
    return (
      slots.length !== before.length || slots.some(({ id }, index) => id !== before[index]?.id)
    );
  }
}
