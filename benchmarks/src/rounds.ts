import { median, type Sample } from './sample.js';

/** Measures one round: what has to be prepared for it costs nothing. */
export type Round = () => Promise<Sample>;

/** Rounds of all sides take turns, so that whatever disturbs the machine disturbs all of them. The first ones warm up. */
export async function inTurns<Side extends string>(
  rounds: number,
  warmUps: number,
  sides: Readonly<Record<Side, Round>>,
): Promise<Readonly<Record<Side, readonly Sample[]>>> {
  const names = Object.keys(sides) as Side[];
  const samples = Object.fromEntries(names.map((name) => [name, []])) as unknown as Record<
    Side,
    Sample[]
  >;
  for (let round = -warmUps; round < rounds; round++) {
    for (const name of names) {
      const taken = await sides[name]();
      if (round >= 0) samples[name].push(taken);
    }
  }
  return samples;
}

/** How many times as fast the one side is as the other, in the median of their pairs of rounds. */
export function timesAsFast(
  side: readonly Sample[],
  other: readonly Sample[],
  by: keyof Sample = 'wallMs',
): number {
  return median(side.map((sample, pair) => (other[pair]?.[by] ?? NaN) / sample[by]));
}

/** In the median of the rounds. */
export function perSecond(count: number, rounds: readonly Sample[]): number {
  return median(rounds.map(({ wallMs }) => (count / wallMs) * 1_000));
}
