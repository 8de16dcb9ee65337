import { checkAnswers } from './answers.js';
import { checkCanaries } from './canaries.js';
import { checkChanges } from './changes.js';
import { checkEndings } from './endings.js';
import type { History, Violation } from './history.js';
import { checkMemory } from './memory.js';
import { checkOwners } from './owners.js';
import { checkViews } from './views.js';
import { checkWholeWrites } from './whole-writes.js';

/**
 * What the history breaks of:
 *
 * - I1 an acknowledged end, or another acknowledged write, is never lost or changed;
 * - I2 a task has exactly one end, and one change that tells it;
 * - I3 its version rises by one with every change;
 * - I4 a call that nobody answered was done whole or not at all;
 * - I5 no task is active whose process is dead for longer than promised;
 * - I6 no task of a living process is called orphaned;
 * - I7 a watcher that goes on by position ends with the same view as the list;
 * - I8 the counts are those of the list, and paging gives every id once;
 * - I9 no secret that was planted is in what is kept, told, or said by a process (`checkFiles`: nor in a file of the store);
 * - I10 a process ends by itself after the close, and no error goes unhandled;
 * - I11 a process that has done its work holds no more memory than at its beginning, but for a stated bound.
 */
export function check(history: History): readonly Violation[] {
  return [
    ...checkAnswers(history),
    ...checkChanges(history),
    ...checkWholeWrites(history),
    ...checkOwners(history),
    ...checkViews(history),
    ...checkCanaries(history),
    ...checkEndings(history),
    ...checkMemory(history),
  ];
}
