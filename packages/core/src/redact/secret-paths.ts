/** Places in metadata or a result of which everything is hidden: `metadata.customer.iban`, `*` for any one key. */
export class SecretPaths {
  readonly #paths: readonly (readonly string[])[];

  constructor(paths: readonly string[] = []) {
    this.#paths = paths.map((path) => path.split('.'));
  }

  get isEmpty(): boolean {
    return this.#paths.length === 0;
  }

  has(root: string, keys: readonly (string | number)[]): boolean {
    return this.#paths.some(
      (path) =>
        path.length === keys.length + 1 &&
        path[0] === root &&
        keys.every((key, index) => path[index + 1] === '*' || path[index + 1] === String(key)),
    );
  }
}
