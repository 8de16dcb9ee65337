import { describe, expect, it } from '@jest/globals';
import { hrefOf, parseRoute, type Route } from './route.js';

const TASKS = { page: 'tasks', cursor: null, isTree: false } as const;

describe('parseRoute', () => {
  it.each<[string, Route]>([
    ['', { page: 'overview' }],
    ['#/', { page: 'overview' }],
    ['#/nothing-like-that', { page: 'unknown', address: '#/nothing-like-that' }],
    ['#tasks', { page: 'unknown', address: '#tasks' }],
    ['#/tasks', { ...TASKS, q: '' }],
    ['#/tasks?q=status%3Afailed&cursor=c1', { ...TASKS, q: 'status:failed', cursor: 'c1' }],
    ['#/tasks?q=what%3F+this', { ...TASKS, q: 'what? this' }],
    ['#/tasks?tree=on', { ...TASKS, q: '', isTree: true }],
    ['#/tasks?tree=perhaps', { ...TASKS, q: '' }],
    ['#/tasks/task-1', { page: 'task', id: 'task-1' }],
    ['#/tasks/%E0%A4%A', { page: 'task', id: '%E0%A4%A' }],
  ])('reads %s', (hash, route) => {
    expect(parseRoute(hash)).toEqual(route);
  });
});

describe('hrefOf', () => {
  it.each<Route>([
    { page: 'overview' },
    { ...TASKS, q: '' },
    { ...TASKS, q: 'meta.a:"b & c" #1?', cursor: 'a+b/c=' },
    { ...TASKS, q: 'type:a', cursor: 'c1', isTree: true },
    { page: 'unknown', address: '#/nothing?like=that' },
    { page: 'task', id: 'batch:7.1' },
  ])('is read as what it was made of: %j', (route) => {
    expect(parseRoute(hrefOf(route))).toEqual(route);
  });
});
