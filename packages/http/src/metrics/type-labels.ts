/** The values of the label `type`: the first types that come by, so many, `other` for all further ones, `none` without one. */
export class TypeLabels {
  readonly #known = new Set<string>();
  readonly #maxTypes: number;

  constructor(maxTypes: number) {
    this.#maxTypes = maxTypes;
  }

  of(type: string | null): string {
    if (type === null) return 'none';
    if (this.#known.has(type)) return type;
    if (this.#known.size >= this.#maxTypes) return 'other';
    this.#known.add(type);
    return type;
  }
}
