import { execFileSync } from 'node:child_process';
import { type Result, runDriver } from './run-driver.js';

/**
 * A few rounds of every driver. What is promised within seconds gets half a minute here: the machine may be busy with the
 * other tests.
 */
const SLACK = ['--seed', '1', '--within', '30000'] as const;

const hasNamespaces = mayUnshare();

/** These mostly wait, and do so while the others work. */
const waiting = new Map<string, Promise<Result>>();

beforeAll(() => {
  const begin = (name: string, ...args: readonly string[]): void => {
    const running = runDriver(...args, ...SLACK);
    // It is asked for later.
    running.catch(() => {});
    waiting.set(name, running);
  };
  begin('outage', 'outage', '--seconds', '35', '--after', '15', '--tasks', '200');
  begin('short', 'pause', '--seconds', '20', '--after', '15', '--tasks', '20');
  if (hasNamespaces) begin('lost', 'lost-machine', '--store', 'postgres', '--tasks', '20');
  begin('long', ...['pause', '--store', 'postgres'], '--seconds', '50', '--after', '8');
});

describe.each(['sqlite', 'postgres'])('on %s', (store) => {
  it('processes that are killed while they write lose nothing that was acknowledged', async () => {
    const { violations, figures } = await run('kill-loop', '--store', store, '--rounds', '2');
    expect(violations).toEqual([]);
    expect(figures['integrityOk']).toBe(2);
    expect(figures['acknowledged']).toBeGreaterThan(0);
    expect(figures['redacted']).toBeGreaterThan(0);
  }, 300_000);

  it('four processes that share it have one view of it', async () => {
    const { violations, figures } = await run('together', '--store', store, '--tasks', '120');
    expect(violations).toEqual([]);
    expect(figures['tasks']).toBeGreaterThan(60);
  }, 300_000);

  it('a function in another process stops when its task is cancelled', async () => {
    const { violations, figures } = await run('remote-cancel', '--store', store, '--rounds', '5');
    expect(violations).toEqual([]);
    expect(figures['cancelMsMax']).toBeLessThanOrEqual(30_000);
  }, 300_000);

  it('twenty processes open an empty database at once', async () => {
    const { violations, figures } = await run('first-open', '--store', store, '--rounds', '1');
    expect(violations).toEqual([]);
    expect(figures['opened']).toBe(20);
  }, 300_000);

  it('calls that fail, come late or are never answered leave no task half or wrong', async () => {
    const { violations, figures } = await run('faults', '--store', store, '--tasks', '80');
    expect(violations).toEqual([]);
    expect(figures['unknown']).toBeGreaterThan(0);
  }, 300_000);
});

describe('a wall clock that is set', () => {
  it('orphans nobody', async () => {
    const { violations, figures } = await run('jump', '--rounds', '40');
    expect(violations).toEqual([]);
    expect(figures['jumps']).toBe(40);
  }, 300_000);
});

describe('a PostgreSQL server', () => {
  it('may end all connections', async () => {
    const { violations, figures } = await run('reconnect', '--rounds', '2');
    expect(violations).toEqual([]);
    expect(figures['terminated']).toBeGreaterThan(3);
  }, 300_000);

  it('may be restarted: every task ends as it was meant to', async () => {
    const { violations, figures } = await run('restart', '--tasks', '600', '--seconds', '1');
    expect(violations).toEqual([]);
    expect(figures['right']).toBe(600);
    expect(figures['restarts']).toBeGreaterThan(0);
  }, 300_000);

  it('may lose connections after the commit: no write is done twice', async () => {
    const { violations, figures } = await run('cut-after-commit', '--rounds', '15');
    expect(violations).toEqual([]);
    expect(figures['cuts']).toBe(15);
  }, 300_000);

  it('may be away for longer than a lease: nobody is orphaned when it is back', async () => {
    const { violations, figures } = await begun('outage');
    expect(violations).toEqual([]);
    expect(figures).toMatchObject({ tasks: 200, completed: 200, orphaned: 0 });
  }, 400_000);
});

describe('a process that dies on another machine', () => {
  const itThere = hasNamespaces || process.env.CI ? it : it.skip;

  itThere(
    'is found dead within 45 s (needs Linux that lets users have namespaces: sysctl kernel.unprivileged_userns_clone=1)',
    async () => {
      const { violations, figures } = await begun('lost');
      expect(violations).toEqual([]);
      expect(figures).toMatchObject({ orphaned: 20 });
    },
    400_000,
  );
});

describe('a process that is stopped', () => {
  it('for 20 s is not taken for dead', async () => {
    const { violations, figures } = await begun('short');
    expect(violations).toEqual([]);
    expect(figures).toMatchObject({ tasks: 20, orphaned: 0 });
  }, 400_000);

  it('for longer than its lease is, once, and what it did then is noted', async () => {
    const { violations, figures } = await begun('long');
    expect(violations).toEqual([]);
    expect(figures).toMatchObject({ tasks: 100, orphaned: 100 });
  }, 400_000);
});

function run(...args: readonly string[]): Promise<Result> {
  return runDriver(...args, ...SLACK);
}

async function begun(name: string): Promise<Result> {
  const running = waiting.get(name);
  if (running === undefined) throw new Error(`${name} was not begun.`);
  return running;
}

function mayUnshare(): boolean {
  try {
    execFileSync('unshare', ['--user', '--map-root-user', '--pid', '--fork', 'true']);
    return true;
  } catch {
    return false;
  }
}
