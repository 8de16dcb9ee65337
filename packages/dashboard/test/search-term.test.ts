import { describe, expect, it } from '@jest/globals';
import { compileSearch, TaskMonitor } from '@task-monitor/core';
import { metadataTerm, searchTerm } from '../src/text/search-term.js';

describe('searchTerm', () => {
  it('puts in quotes what has a meaning in a search', () => {
    expect(searchTerm('type', 'ingest.video')).toBe('type:ingest.video');
    expect(searchTerm('tag', 'tenant:acme')).toBe('tag:"tenant:acme"');
    expect(searchTerm('error', 'no "index", \\')).toBe('error:"no \\"index\\", \\\\"');
  });
});

describe('metadataTerm', () => {
  it.each([
    ['video', 'v-1'],
    ['user id', 'Ann, or: "Bob"'],
    ['a.b', '>5'],
    ['pages', 12.5],
    ['balance', -3],
    ['draft', false],
    ['owner', null],
  ])('finds a task with %j: %j', async (key, value) => {
    const monitor = new TaskMonitor();
    const task = await monitor.register({ metadata: { [key]: value } });
    const other = await monitor.register({ metadata: { [key]: 'other' } });
    const search = compileSearch(metadataTerm(key, value) ?? '');
    expect([search.matches(task, 0), search.matches(other, 0)]).toEqual([true, false]);
    await monitor.close();
  });

  it('knows none for what is no single value, or too long', () => {
    expect(metadataTerm('list', [1])).toBeNull();
    expect(metadataTerm('text', 'x'.repeat(300))).toBeNull();
  });
});
