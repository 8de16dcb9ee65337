import { median } from './sample.js';

/** Measures one round and answers with its milliseconds: what has to be prepared for it costs nothing. */
export type Round = () => Promise<number>;

/** Rounds of all sides take turns, so that whatever disturbs the machine disturbs all of them. The first ones warm up. */
export async function inTurns<Side extends string>(
  rounds: number,
  warmUps: number,
  sides: Readonly<Record<Side, Round>>,
): Promise<Readonly<Record<Side, readonly number[]>>> {
  const names = Object.keys(sides) as Side[];
  const times = Object.fromEntries(names.map((name) => [name, []])) as unknown as Record<
    Side,
    number[]
  >;
  for (let round = -warmUps; round < rounds; round++) {
    for (const name of names) {
      const wallMs = await sides[name]();
      if (round >= 0) times[name].push(wallMs);
    }
  }
  return times;
}

/** How many times as fast the one side is as the other, in the median of their pairs of rounds. */
export function timesAsFast(side: readonly number[], other: readonly number[]): number {
  return median(side.map((wallMs, pair) => (other[pair] ?? NaN) / wallMs));
}

/** In the median of the rounds. */
export function perSecond(count: number, rounds: readonly number[]): number {
  return median(rounds.map((wallMs) => (count / wallMs) * 1_000));
}
