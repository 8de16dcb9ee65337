/** The part of fast-check that the model uses, so that neither this package nor its types depend on it. */
export interface FastCheck {
  nat(max: number): Arbitrary<number>;
  constantFrom<T>(...values: T[]): Arbitrary<T>;
  tuple<A, B, C, D>(
    a: Arbitrary<A>,
    b: Arbitrary<B>,
    c: Arbitrary<C>,
    d: Arbitrary<D>,
  ): Arbitrary<[A, B, C, D]>;
  commands<Model extends object, Real>(
    commands: Arbitrary<Command<Model, Real>>[],
    constraints: {
      readonly maxCommands: number;
      readonly size: 'max';
      readonly replayPath?: string;
    },
  ): Arbitrary<Iterable<Command<Model, Real>>>;
  asyncProperty<T>(arbitrary: Arbitrary<T>, predicate: (value: T) => Promise<void>): unknown;
  asyncModelRun<Model extends object, Real>(
    setup: () => { readonly model: Model; readonly real: Real },
    commands: Iterable<Command<Model, Real>>,
  ): Promise<void>;
  assert(
    property: unknown,
    parameters: { readonly numRuns: number; readonly seed?: number; readonly path?: string },
  ): Promise<void>;
}

interface Arbitrary<T> {
  map<U>(mapper: (value: T) => U): Arbitrary<U>;
}

interface Command<Model extends object, Real> {
  check(model: Readonly<Model>): boolean | Promise<boolean>;
  run(model: Model, real: Real): Promise<void>;
  toString(): string;
}
