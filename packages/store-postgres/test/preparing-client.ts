import pg from 'pg';

/** Lets the server parse and plan each statement once a connection: for small ones that takes longer than to do them. */
export class PreparingClient extends pg.Client {
  readonly #names = new Map<string, string>();

  override query(...given: unknown[]): never {
    const [config, ...rest] = given;
    return (super.query as (...args: unknown[]) => never).call(this, this.#named(config), ...rest);
  }

  #named(config: unknown): unknown {
    const { text, values } = config as Partial<pg.QueryConfig>;
    // Without values it may be several statements, which cannot be prepared together.
    if (text === undefined || values === undefined) return config;
    let name = this.#names.get(text);
    if (name === undefined) this.#names.set(text, (name = `statement ${this.#names.size}`));
    return { ...(config as pg.QueryConfig), name };
  }
}
