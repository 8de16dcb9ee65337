import autocannon from 'autocannon';

/** A process that asks a server as fast as it answers, and nothing else. */
export interface Load {
  readonly url: string;
  /** Asked for one after the other, over and over. */
  readonly paths: readonly string[];
  readonly amount: number;
}

export interface Answered {
  readonly perSecond: number;
  readonly p99Ms: number;
}

const CONNECTIONS = 20;

process.on('message', (load: Load) => void ask(load).then((answered) => process.send?.(answered)));
process.on('disconnect', () => process.exit());

async function ask({ url, paths, amount }: Load): Promise<Answered> {
  const connections = Math.min(CONNECTIONS, amount);
  const taken = new Float64Array(amount);
  // As many answers as there are connections come first, and are not counted: they have had to wait for those.
  let answers = -connections;
  let startedAt = NaN;
  let endedAt = NaN;
  const options: autocannon.Options = {
    url,
    amount: connections + amount,
    connections,
    requests: paths.map((path) => ({ path })),
    sampleInt: 20,
  };
  const { errors, non2xx } = await new Promise<autocannon.Result>((resolve, reject) => {
    const running = autocannon(options, (error: Error | null, result) =>
      error === null ? resolve(result) : reject(error),
    );
    // Autocannon's own figures are whole milliseconds, and it ends with a tick of its clock.
    running.on('response', (_client, _status, _bytes, responseTime) => {
      if (answers >= 0) taken[answers] = responseTime;
      answers++;
      if (answers === 0) startedAt = performance.now();
      if (answers === amount) endedAt = performance.now();
    });
  });
  if (errors > 0 || non2xx > 0 || answers !== amount)
    throw new Error(`${url}${paths[0]}: ${errors} errors, ${non2xx} answers that are none.`);
  taken.sort();
  return {
    perSecond: (amount / (endedAt - startedAt)) * 1_000,
    p99Ms: taken[Math.ceil(0.99 * amount) - 1] ?? NaN,
  };
}
