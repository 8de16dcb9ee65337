const MOST_CHARACTERS = 100;

/** What a person would call a task for these videos. */
export function videosInWords([first = '', ...others]: readonly string[]): string {
  const name = first.slice(0, MOST_CHARACTERS);
  return others.length === 0 ? name : `${name} and ${others.length} more`;
}
