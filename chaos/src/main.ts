import { cutAfterCommit } from './drivers/cut-after-commit.js';
import type { Driver, DriverOptions } from './drivers/driver.js';
import { faults } from './drivers/faults.js';
import { firstOpen } from './drivers/first-open.js';
import { jump } from './drivers/jump.js';
import { killLoop } from './drivers/kill-loop.js';
import { lostMachine } from './drivers/lost-machine.js';
import { outage } from './drivers/outage.js';
import { pause } from './drivers/pause.js';
import { reconnect } from './drivers/reconnect.js';
import { remoteCancel } from './drivers/remote-cancel.js';
import { restart } from './drivers/restart.js';
import { together } from './drivers/together.js';

const OPTIONS: readonly string[] = [
  '--store',
  '--rounds',
  '--seed',
  '--tasks',
  '--seconds',
  '--after',
  '--within',
];

const DRIVERS: readonly Driver[] = [
  killLoop,
  together,
  remoteCancel,
  firstOpen,
  faults,
  lostMachine,
  pause,
  jump,
  reconnect,
  restart,
  cutAfterCommit,
  outage,
];

// Servers are stopped when this process exits, which a signal alone does not let it do.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1));

/** `main.js <driver> [<option> <value>]…`, or `--list`. What the options mean is said in `DriverOptions`. */
const [name, ...args] = process.argv.slice(2);
const driver = DRIVERS.find((one) => one.name === name);
if (driver === undefined) {
  for (const { name, what, stores, defaults } of DRIVERS)
    console.log(`${name.padEnd(18)} ${what} (${stores.join(', ')}; ${defaults.rounds} rounds)`);
  process.exitCode = name === '--list' ? 0 : 1;
} else {
  await run(driver, optionsFrom(driver, args));
}

async function run(driver: Driver, options: DriverOptions): Promise<void> {
  const startedAt = Date.now();
  // Nothing that the library waits for keeps a process alive, and here a driver waits for it.
  const alive = setInterval(() => {}, 60_000);
  const { violations, figures } = await driver.run(options).finally(() => clearInterval(alive));
  const seconds = Math.round((Date.now() - startedAt) / 1_000);
  const { store, rounds, seed } = options;
  const counted = Object.entries(figures).map(([name, value]) => `${name} ${value}`);
  console.log(
    `${driver.name} on ${store}, ${rounds} rounds, seed ${seed}, ${seconds} s: ${counted.join(', ')}; ${violations.length} violations`,
  );
  for (const { invariant, what } of violations.slice(0, 20)) console.log(`  ${invariant} ${what}`);
  const result = { driver: driver.name, store, rounds, seed, seconds, figures, violations };
  console.log(JSON.stringify(result));
  if (violations.length > 0) process.exitCode = 1;
}

function optionsFrom(driver: Driver, args: readonly string[]): DriverOptions {
  const given = new Map<string, string>();
  for (let index = 0; index < args.length; index += 2) {
    const [option = '', value] = [args[index], args[index + 1]];
    if (!OPTIONS.includes(option) || value === undefined)
      throw new Error(`Expected ${OPTIONS.join(', ')}, each with a value; got ${option}.`);
    given.set(option, value);
  }
  const number = (option: string, otherwise: number): number => {
    const value = Number(given.get(option) ?? otherwise);
    if (!(value >= 0))
      throw new Error(`Expected a number for ${option}, got ${given.get(option)}.`);
    return value;
  };
  const store = (given.get('--store') ?? driver.stores[0]) as DriverOptions['store'];
  if (!driver.stores.includes(store))
    throw new Error(`${driver.name} runs on ${driver.stores.join(', ')}, not on ${store}.`);
  return {
    store,
    rounds: number('--rounds', driver.defaults.rounds),
    seed: number('--seed', Date.now() % 1_000_000),
    tasks: number('--tasks', driver.defaults.tasks),
    seconds: number('--seconds', driver.defaults.seconds),
    afterSeconds: number('--after', driver.defaults.afterSeconds),
    deadWithinMs: number('--within', 2_000),
    say: (text) => console.error(text),
  };
}
