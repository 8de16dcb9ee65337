/** Every value of a label is a series that Prometheus keeps for weeks. */
const MAX_TYPES = 100;

/** The values of the label `type`: the first hundred types that come by, `other` for all further ones, `none` without one. */
export class TypeLabels {
  readonly #known = new Set<string>();

  of(type: string | null): string {
    if (type === null) return 'none';
    if (this.#known.has(type)) return type;
    if (this.#known.size === MAX_TYPES) return 'other';
    this.#known.add(type);
    return type;
  }
}
