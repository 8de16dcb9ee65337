import { once } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import type { RunContext, TaskMonitor } from '@task-monitor/core';
import type { Chance } from './chance.js';
import { batchOf, counted, type Reporting } from './demo-work.js';

/** One kind of made-up work. */
export type Kind = RunKind | QueuedKind;

/** Work that is begun as soon as it comes. */
export interface RunKind extends KindBase {
  readonly isQueued: false;
  /** Its parts and their weights, where it has any. */
  readonly steps?: Readonly<Record<string, number>>;
  readonly work: Work<RunContext>;
}

/** Work that waits in line until there is a place for it. */
export interface QueuedKind extends KindBase {
  readonly isQueued: true;
  readonly work: Work<Reporting>;
}

export type Work<Context> = (
  context: Context,
  takesMs: number,
  chance: Chance,
  monitor: TaskMonitor,
) => Promise<unknown>;

interface KindBase {
  readonly type: string;
  /** How often it comes, beside the others. */
  readonly share: number;
  /** Milliseconds that it takes as a rule. */
  readonly usualMs: number;
  readonly failsOneIn: number;
  readonly failures: readonly ((chance: Chance) => Error)[];
  readonly name: (chance: Chance) => string;
  readonly command?: (chance: Chance) => readonly string[];
}

/** The first ones: of each something to see, from the first seconds on. */
const OPENING = [
  'ingest.video',
  'embed.batch',
  'embed.batch',
  'import.archive',
  'embed.batch',
  'embed.batch',
  'sync.mailbox',
  'ocr.pdf',
  'embed.batch',
];
/** Each of so many hangs. */
const HANGS_ONE_IN = 150;

/** Of what kind the task of that number is. */
export function kindOf(number: number, chance: Chance): Kind {
  const type = OPENING[number - 1] ?? (number % HANGS_ONE_IN === 0 ? 'sync.mailbox' : null);
  return KINDS.find((kind) => kind.type === type) ?? drawKind(chance);
}

function drawKind(chance: Chance): Kind {
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
    isQueued: false,
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
        counted({ ...context, signal }, takesMs * 0.15, { of: chance.whole(80, 900), unit: 'MB' }),
      );
      await log(`found ${segments} segments in 1 audio track`);
      await step('transcribe', (context) =>
        counted(
          { ...context, signal },
          takesMs * 0.6,
          { of: segments, unit: 'segments' },
          (done) =>
            done % 20 === 0 ? log(`segment ${done} of ${segments} transcribed`) : undefined,
        ),
      );
      await step('embed', (context) =>
        counted({ ...context, signal }, takesMs * 0.25, { of: segments, unit: 'segments' }),
      );
      return { segments };
    },
  },
  {
    type: 'ocr.pdf',
    isQueued: false,
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
      await counted(context, takesMs, { of: pages, unit: 'pages' });
      return { pages };
    },
  },
  {
    type: 'embed.batch',
    isQueued: true,
    share: 5,
    usualMs: 6_000,
    failsOneIn: 10,
    failures: [NO_ANSWER, () => new Error('Rate limit reached, 3 tries made')],
    name: (chance) => `Batch ${chance.whole(100, 999)}`,
    work: async (context, takesMs, chance) => {
      await counted(context, takesMs, { of: chance.whole(500, 12_000), unit: 'chunks' });
    },
  },
  {
    type: 'sync.drive',
    isQueued: false,
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
  {
    type: 'import.archive',
    isQueued: false,
    share: 1,
    usualMs: 24_000,
    // A part of it may fail, and it with that.
    failsOneIn: Infinity,
    failures: [],
    name: (chance) => `Archive of the harbour office, ${chance.whole(1890, 1960)}`,
    work: (context, takesMs, chance, monitor) => batchOf(monitor, context, takesMs, chance),
  },
  {
    type: 'sync.mailbox',
    isQueued: false,
    // Not drawn: it hangs, which is rare.
    share: 0,
    usualMs: 10_000,
    failsOneIn: Infinity,
    failures: [],
    name: (chance) => `Mailbox of ${chance.oneOf(['ada', 'grace', 'linus', 'margaret'])}`,
    work: async ({ progress, signal }, takesMs) => {
      await progress({ message: 'waiting for the server of the mailbox' });
      await counted({ progress, signal }, takesMs, { to: 31, of: 250, unit: 'folders' });
      await once(signal, 'abort');
      signal.throwIfAborted();
    },
  },
];
