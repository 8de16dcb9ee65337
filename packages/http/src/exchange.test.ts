import { type Exchange, lateProblem, report } from './exchange.js';
import { ENDPOINTS } from './contract.js';
import { handlerSettings } from './handler-options.js';
import { Problem } from './problem.js';
import { RepeatedTrouble } from './repeated-trouble.js';

function anExchange(given: Partial<Exchange> = {}): [Exchange, [unknown, string][]] {
  const told: [unknown, string][] = [];
  const settings = handlerSettings({
    requestTimeoutMs: 40,
    onError: (error, where) => told.push([error, where]),
  });
  const endpoint = ENDPOINTS.task;
  const req = { method: 'GET' };
  return [{ settings, req, endpoint, waitsFor: 'the store', ...given } as Exchange, told];
}

describe('lateProblem', () => {
  it.each([
    ['the body', 408, undefined],
    ['authorize', 403, 'authorize did not answer within 40 ms'],
    ['the store', 503, 'the store did not answer within 40 ms'],
  ] as const)('tells that %s was late', (waitsFor, status, cause) => {
    const problem = lateProblem(anExchange({ waitsFor })[0]);
    expect([problem.status, (problem.cause as Error | undefined)?.message]).toEqual([
      status,
      cause,
    ]);
  });
});

describe('report', () => {
  it('tells the host of an error with the request id of the answer', () => {
    const [exchange, told] = anExchange();
    const error = new Error('the store is away');
    const problem = Problem.from(error);
    report(problem, exchange);
    expect(told).toEqual([[error, `answering GET /{task_id} (request ${problem.requestId})`]]);
  });

  it('tells of an authorize that failed', () => {
    const [exchange, told] = anExchange();
    const cause = new Error('no user directory');
    report(new Problem('FORBIDDEN', { cause }), exchange);
    expect(told).toEqual([[cause, 'answering GET /{task_id}']]);
  });

  it('does not tell of mistakes of the client', () => {
    const [exchange, told] = anExchange();
    report(new Problem('FORBIDDEN'), exchange);
    report(new Problem('TASK_NOT_FOUND'), exchange);
    expect(told).toEqual([]);
  });

  it('tells once why streams are refused, until one is opened', () => {
    const refusals = new RepeatedTrouble();
    const [exchange, told] = anExchange({ endpoint: ENDPOINTS.events, refusals });
    const codes = ['TOO_MANY_STREAMS', 'TOO_MANY_STREAMS', 'STORE_UNAVAILABLE'] as const;
    for (const code of codes) report(new Problem(code), exchange);
    const toldCodes = told.map(([error]) => (error as Problem).code);
    expect(toldCodes).toEqual(['TOO_MANY_STREAMS', 'STORE_UNAVAILABLE']);
    refusals.end();
    report(new Problem('TOO_MANY_STREAMS'), exchange);
    expect(told).toHaveLength(3);
  });

  it('does not mind a reporter that throws', () => {
    const settings = handlerSettings({
      onError: () => {
        throw new Error('the log is full');
      },
    });
    expect(() => report(Problem.from(null), anExchange({ settings })[0])).not.toThrow();
  });
});
