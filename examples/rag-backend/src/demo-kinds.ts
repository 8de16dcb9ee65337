import { setTimeout as pause } from 'node:timers/promises';
import type { RunContext } from '@task-monitor/core';
import type { Chance } from './chance.js';

/** One kind of made-up work. */
export interface Kind {
  readonly type: string;
  /** How often it comes, beside the others. */
  readonly share: number;
  /** Milliseconds that it takes as a rule. */
  readonly usualMs: number;
  readonly failsOneIn: number;
  readonly failures: readonly ((chance: Chance) => Error)[];
  readonly name: (chance: Chance) => string;
  /** Its parts and their weights, where it has any. */
  readonly steps?: Readonly<Record<string, number>>;
  readonly command?: (chance: Chance) => readonly string[];
  readonly work: (context: RunContext, takesMs: number, chance: Chance) => Promise<unknown>;
}

export function drawKind(chance: Chance): Kind {
  let at = chance.next() * KINDS.reduce((sum, { share }) => sum + share, 0);
  for (const kind of KINDS) {
    at -= kind.share;
    if (at < 0) return kind;
  }
  return KINDS[0] as Kind;
}

const TALKS = [
  'Keynote: the year in review',
  'How we moved 40 TB on a Friday',
  'Interview with the harbour master',
  'Lecture 12: retrieval and ranking',
  'Board meeting, March',
  'Onboarding for new colleagues',
  'Podcast 88: the lighthouse',
];

const PAPERS = [
  'Annual report 2025',
  'Tender documents, part B',
  'Patient leaflets',
  'Scanned letters 1921 to 1934',
  'Terms and conditions',
  'Manual of the crane',
];

const NO_ANSWER = (chance: Chance): Error =>
  new Error(`No answer from the embedding service within ${chance.whole(29, 31)} s`);

const KINDS: readonly Kind[] = [
  {
    type: 'ingest.video',
    share: 4,
    usualMs: 26_000,
    failsOneIn: 9,
    failures: [
      (chance) =>
        new Error(`Cannot read the container at byte ${chance.whole(10_000, 9_000_000)}: no index`),
      NO_ANSWER,
    ],
    name: (chance) => chance.oneOf(TALKS),
    command: (chance) => [
      'python',
      '-m',
      'worker.ingest',
      '--video',
      `v-${chance.whole(10_000, 99_999)}`,
    ],
    steps: { download: 1, transcribe: 5, embed: 2 },
    work: async ({ step, signal, log }, takesMs, chance) => {
      const segments = chance.whole(60, 400);
      await step('download', (context) =>
        counted({ ...context, signal }, takesMs * 0.15, chance.whole(80, 900), 'MB'),
      );
      await log(`found ${segments} segments in 1 audio track`);
      await step('transcribe', (context) =>
        counted({ ...context, signal }, takesMs * 0.6, segments, 'segments', (done) =>
          done % 20 === 0 ? log(`segment ${done} of ${segments} transcribed`) : undefined,
        ),
      );
      await step('embed', (context) =>
        counted({ ...context, signal }, takesMs * 0.25, segments, 'segments'),
      );
      return { segments };
    },
  },
  {
    type: 'ocr.pdf',
    share: 4,
    usualMs: 11_000,
    failsOneIn: 12,
    failures: [
      (chance) => new RangeError(`Page ${chance.whole(2, 80)} is ${chance.whole(20, 90)} m wide`),
      () => new Error('The file is protected by a password'),
    ],
    name: (chance) => chance.oneOf(PAPERS),
    work: async (context, takesMs, chance) => {
      const pages = chance.whole(8, 220);
      await counted(context, takesMs, pages, 'pages');
      return { pages };
    },
  },
  {
    type: 'embed.batch',
    share: 5,
    usualMs: 6_000,
    failsOneIn: 10,
    failures: [NO_ANSWER, () => new Error('Rate limit reached, 3 tries made')],
    name: (chance) => `Batch ${chance.whole(100, 999)}`,
    work: async (context, takesMs, chance) => {
      await counted(context, takesMs, chance.whole(500, 12_000), 'chunks');
    },
  },
  {
    type: 'sync.drive',
    share: 2,
    usualMs: 14_000,
    failsOneIn: 8,
    failures: [() => new Error('403 from the drive: the share link has expired')],
    name: (chance) => `Folder of ${chance.oneOf(['ada', 'grace', 'linus', 'margaret'])}`,
    // It cannot know how much there is.
    work: async ({ progress, signal }, takesMs) => {
      for (const message of ['listing', 'comparing', 'fetching what is new', 'tidying up']) {
        await progress({ message });
        await pause(takesMs / 4, undefined, { signal });
      }
    },
  },
];

/** Counts to `total` in about `takesMs`, faster and slower as it goes. */
async function counted(
  { progress, signal }: RunContext,
  takesMs: number,
  total: number,
  unit: string,
  each: (done: number) => Promise<void> | undefined = () => undefined,
): Promise<void> {
  const reports = Math.max(Math.min(total, Math.round(takesMs / 150)), 1);
  let told = 0;
  for (let report = 1; report <= reports; report++) {
    await pause((takesMs / reports) * (0.7 + 0.6 * Math.abs(Math.sin(report))), undefined, {
      signal,
    });
    const current = Math.round((total * report) / reports);
    await progress({ current, total, unit });
    while (told < current) await each(++told);
  }
}
