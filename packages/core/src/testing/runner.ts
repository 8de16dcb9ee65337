/**
 * What the suites use of the test runner: the globals of jest, which vitest has too with `globals: true`. Declared here so
 * that the types of this package need no runner's.
 */
export interface Matchers<Answer> {
  readonly not: Matchers<Answer>;
  toBe(expected: unknown): Answer;
  toEqual(expected: unknown): Answer;
  toMatchObject(expected: object): Answer;
  toHaveLength(expected: number): Answer;
  toContain(expected: unknown): Answer;
  toContainEqual(expected: unknown): Answer;
  toBeNull(): Answer;
  toBeGreaterThan(expected: number): Answer;
  toBeGreaterThanOrEqual(expected: number): Answer;
  toBeLessThanOrEqual(expected: number): Answer;
}

export interface Expectation extends Matchers<void> {
  readonly resolves: Matchers<Promise<void>>;
  readonly rejects: Matchers<Promise<void>>;
}

interface Runner {
  describe(name: string, body: () => void): void;
  it(name: string, body: () => Promise<void> | void, timeoutMs: number): void;
  beforeEach(body: () => Promise<void>): void;
  afterEach(body: () => Promise<void>): void;
  expect(actual: unknown): Expectation;
}

/** Databases on a busy machine are slow; a test that takes longer than this hangs. */
const TIMEOUT_MS = 120_000;

export function describe(name: string, body: () => void): void {
  runner().describe(name, body);
}

export function it(name: string, body: () => Promise<void> | void, timeoutMs = TIMEOUT_MS): void {
  runner().it(name, body, timeoutMs);
}

export function beforeEach(body: () => Promise<void>): void {
  runner().beforeEach(body);
}

export function afterEach(body: () => Promise<void>): void {
  runner().afterEach(body);
}

export function expect(actual: unknown): Expectation {
  return runner().expect(actual);
}

function runner(): Runner {
  const globals = globalThis as unknown as Partial<Runner>;
  if (typeof globals.describe !== 'function' || typeof globals.expect !== 'function') {
    throw new Error(
      'This suite needs the globals of a test runner: run it with jest, or with vitest and `globals: true`.',
    );
  }
  return globals as Runner;
}
