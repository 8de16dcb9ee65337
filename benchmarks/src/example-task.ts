/** What the documented example says of a task. */
export interface ExampleTask {
  readonly command: readonly string[];
  readonly metadata: { readonly videos: readonly string[]; readonly request_type: string };
}

/** A new object every time, as a request makes one. */
export function exampleTask(video = 'dQw4w9WgXcQ'): ExampleTask {
  return {
    command: ['python', '-m', 'src.worker.ingest_worker', '--videos', video],
    metadata: { videos: [video], request_type: 'ingest' },
  };
}

/** As it comes out of a request body, not as literals that all tasks share. The `n`-th has its own video id. */
export function parsedExampleTask(n: number): ExampleTask {
  return JSON.parse(JSON.stringify(exampleTask(videoId(n)))) as ExampleTask;
}

export const PROGRESS = 'Processing video segments...';
export const LAST_PROGRESS = 'Task completed successfully';

/** Eleven characters, as YouTube's. */
function videoId(n: number): string {
  return n.toString(36).padStart(11, 'v');
}
