import { describe, expect, it } from '@jest/globals';
import { hrefOf, parseRoute, type Route } from './route.js';

describe('parseRoute', () => {
  it.each<[string, Route]>([
    ['', { page: 'overview' }],
    ['#/', { page: 'overview' }],
    ['#/nothing-like-that', { page: 'overview' }],
    ['#/tasks', { page: 'tasks', q: '', cursor: null }],
    ['#/tasks?q=status%3Afailed&cursor=c1', { page: 'tasks', q: 'status:failed', cursor: 'c1' }],
    ['#/tasks?q=what%3F+this', { page: 'tasks', q: 'what? this', cursor: null }],
    ['#/tasks/task-1', { page: 'task', id: 'task-1' }],
    ['#/tasks/%E0%A4%A', { page: 'task', id: '%E0%A4%A' }],
  ])('reads %s', (hash, route) => {
    expect(parseRoute(hash)).toEqual(route);
  });
});

describe('hrefOf', () => {
  it.each<Route>([
    { page: 'overview' },
    { page: 'tasks', q: '', cursor: null },
    { page: 'tasks', q: 'meta.a:"b & c" #1?', cursor: 'a+b/c=' },
    { page: 'task', id: 'batch:7.1' },
  ])('is read as what it was made of: %j', (route) => {
    expect(parseRoute(hrefOf(route))).toEqual(route);
  });
});
