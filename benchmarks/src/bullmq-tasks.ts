import { Queue, Worker } from 'bullmq';
import { byCallersAtWork } from './callers.js';
import type { Sample } from './sample.js';
import { exampleTask, type ExampleTask, LAST_PROGRESS, PROGRESS } from './example-task.js';

type Work = 'ingest' | 'ingest-nothing';

/** A queue of BullMQ with its default options, and a worker that reports progress once for each job, and ends it. */
export class BullmqTasks {
  readonly #connection: { readonly host: string; readonly port: number };
  readonly #queue: Queue<ExampleTask, string, Work>;
  readonly #worker: Worker<ExampleTask, string, Work>;

  /** `concurrency` is how many jobs the worker does at a time. */
  constructor(name: string, port: number, concurrency: number) {
    this.#connection = { host: '127.0.0.1', port };
    this.#queue = new Queue(name, { connection: this.#connection });
    this.#worker = new Worker(
      name,
      async (job) => {
        await job.updateProgress(PROGRESS);
        if (job.name === 'ingest-nothing') throw new Error('The file is empty.');
        return LAST_PROGRESS;
      },
      { connection: this.#connection, concurrency },
    );
    // Without an ear for them the errors of its connection go to the console, also those of a server that was ended.
    this.#worker.on('error', () => {});
  }

  /** So many callers add jobs, each one after the other, while the worker does them. Answers when the last has ended. */
  lifeCycles(callers: number, cycles: number): Promise<Sample> {
    return byCallersAtWork(
      callers,
      cycles,
      () => this.#add('ingest'),
      () => this.#ended(cycles),
    );
  }

  /** Adds jobs, one after the other, until all have ended. */
  async work(jobs: number, work: Work = 'ingest'): Promise<void> {
    const ended = this.#ended(jobs);
    for (let n = 0; n < jobs; n++) await this.#add(work);
    await ended;
  }

  /** Leaves one job that waits, and one that is active. */
  async leaveTwo(): Promise<void> {
    await this.#worker.close();
    await this.#add('ingest');
    await this.#add('ingest');
    const idle = new Worker<ExampleTask, string, Work>(this.#queue.name, null, {
      connection: this.#connection,
    });
    await idle.getNextJob('nobody');
    await idle.close();
  }

  counts(): Promise<Record<string, number>> {
    return this.#queue.getJobCounts();
  }

  /** The jobs that were completed last. */
  page(size: number): Promise<unknown[]> {
    return this.#queue.getJobs(['completed'], 0, size - 1);
  }

  async close(): Promise<void> {
    await this.#worker.close();
    await this.#queue.close();
  }

  async #add(work: Work): Promise<void> {
    await this.#queue.add(work, exampleTask());
  }

  #ended(jobs: number): Promise<void> {
    return new Promise((resolve) => {
      let left = jobs;
      const one = (): void => {
        if (--left > 0) return;
        this.#worker.off('completed', one).off('failed', one);
        resolve();
      };
      this.#worker.on('completed', one).on('failed', one);
    });
  }
}
