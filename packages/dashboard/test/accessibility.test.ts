import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { expect, it } from '@jest/globals';
import type axe from 'axe-core';
import { describeWithChromium } from '../../client/test/chromium.js';
import { servedStory } from './story.js';
import { OpenedPage } from './opened-page.js';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

const VIEWS = [
  ['the overview', '#/', 'Latest failures'],
  ['the tasks', '#/tasks', 'Keynote'],
  ['a search without tasks', '#/tasks?q=type%3Anothing', 'No task matches'],
  ['a running task', '#/tasks/video-1', 'transcribe'],
  ['a failed task', '#/tasks/batch-2', 'No answer from the embedding service'],
  ['a task that is not there', '#/tasks/nowhere-1', 'There is no such task'],
] as const;

const SCHEMES = ['light', 'dark'] as const;

describeWithChromium('every view', () => {
  for (const scheme of SCHEMES)
    for (const width of [1280, 360])
      it.each(VIEWS)(
        `of %s, ${scheme} and ${width} wide, has nothing that bars people`,
        async (_name, hash, text) => {
          const { url } = await servedStory();
          const opened = await OpenedPage.open(url + hash, {
            colorScheme: scheme,
            // What fades in has its colours at its end.
            reducedMotion: 'reduce',
            viewport: { width, height: 800 },
          });
          await opened.shows(new RegExp(text, 'i'));
          // Through the debugger, as the policy of the page lets no other script in.
          await opened.page.evaluate(AXE);
          const { violations } = await opened.page.evaluate<axe.AxeResults>('axe.run(document)');
          const serious = violations
            .filter(({ impact }) => impact === 'serious' || impact === 'critical')
            .map(
              ({ id, nodes }) =>
                `${id}: ${nodes.map(({ html }) => html.slice(0, 200)).join(' | ')}`,
            );
          expect(serious).toEqual([]);
          expect(await opened.page.evaluate('document.documentElement.scrollWidth')).toBe(width);
          expect(opened.mishaps).toEqual([]);
        },
      );
});
