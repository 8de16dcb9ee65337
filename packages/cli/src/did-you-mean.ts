/** ` Did you mean --limit?`, or all there is if nothing is near. */
export async function didYouMean(given: string, known: readonly string[]): Promise<string> {
  // Only who made a mistake waits for it to be loaded.
  const { nearest } = await import('@task-monitor/core');
  const near = nearest(given, known);
  return near === undefined ? ` There are: ${known.join(', ')}.` : ` Did you mean ${near}?`;
}
