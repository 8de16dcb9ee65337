import { type MountedRequest, urlBelowMount } from './url-below-mount.js';

function below(originalUrl: string, baseUrl: string, url: string): string {
  return urlBelowMount({ originalUrl, baseUrl, url } as MountedRequest);
}

describe('urlBelowMount', () => {
  it.each([
    ['/tasks/stats', '/tasks', '/stats', '/stats'],
    ['/tasks/all?limit=3', '/tasks', '/all?limit=3', '/all?limit=3'],
    ['/stats', '', '/stats', '/stats'],
    ['/tasks', '/tasks', '/', '/'],
    ['/tasks?x', '/tasks', '/?x', '/?x'],
    ['http://localhost/tasks/stats', '/tasks', 'http://localhost/stats', '/stats'],
  ])('of %s mounted at "%s" is what Express says: %s', (originalUrl, baseUrl, url, expected) => {
    expect(below(originalUrl, baseUrl, url)).toBe(expected);
  });

  it('follows an application that rewrote the URL', () => {
    expect(below('/api//v1/stats', '', '/stats')).toBe('/stats');
    expect(below('/api//v1/stats', '/tasks', '/stats')).toBe('/stats');
  });

  it.each([
    ['/tasks//stats', '/tasks', '/stats'],
    ['/tasks///stats', '/tasks', '//stats'],
    ['/a//tasks/stats', '/a/tasks', '/stats'],
    ['http://localhost/tasks//stats', '/tasks', 'http://localhost/stats'],
    ['HTTP://LOCALHOST/tasks//stats', '/tasks', 'HTTP://LOCALHOST/stats'],
  ])('has a slash too many where %s lost one: "%s" and %s', (originalUrl, baseUrl, url) => {
    expect(below(originalUrl, baseUrl, url)).toMatch(/^\/\/+stats$/);
  });

  it('does not mind slashes in the query', () => {
    expect(below('/tasks/all?x=//', '/tasks', '/all?x=//')).toBe('/all?x=//');
  });

  it('is the URL where there is no Express', () => {
    expect(urlBelowMount({ url: '/stats' } as MountedRequest)).toBe('/stats');
  });
});
