import { decodeHTMLStrict } from 'entities';

/** What one voice says in a cue. */
export interface CueLine {
  /** Who speaks, from a `<v Name>` tag; null where the file does not say. */
  readonly speaker: string | null;
  readonly text: string;
}

// No pattern here may look at a character more often than a few times: a hostile line must not cost its
// length squared.
const VOICE = /<v(?:\.[^\s<>]*)?[ \t]([^<>]*)>/gi;
// A reading beside a word would tear the word apart for search: 漢字かんじ is in no dictionary.
const RUBY_READING = /<rt(?:\.[^<>]*)?>(?:(?!<rt).)*?(?:<\/rt>|(?=<\/ruby>))/gis;
// Only what looks like a tag: "5 < 6" and "<3" stay as they are. Timestamps inside a cue are tags too.
const TAG = /<\/?[a-z][^<>]*>|<\/?>|<\d+[:.][\d:.]*>/gi;
const STYLE_OVERRIDE = /\{\\[^{}]*\}/g;

/**
 * The plain text of a cue's payload, one entry per voice: tags and style overrides are dropped,
 * character references are decoded, line breaks are kept. Voices that say nothing are left out.
 */
export function readCueText(payload: readonly string[]): CueLine[] {
  const said: { speaker: string | null; lines: string[] }[] = [];
  let current = { speaker: null as string | null, lines: [] as string[] };
  said.push(current);
  for (const line of payload) {
    const source = line.replace(RUBY_READING, '').replace(STYLE_OVERRIDE, '');
    let from = 0;
    for (const voice of source.matchAll(VOICE)) {
      current.lines.push(plainText(source.slice(from, voice.index)));
      current = { speaker: plainText(voice[1] ?? '') || null, lines: [] };
      said.push(current);
      from = voice.index + voice[0].length;
    }
    current.lines.push(plainText(source.slice(from)));
  }
  return said
    .map(({ speaker, lines }) => ({
      speaker,
      text: lines.filter((line) => line !== '').join('\n'),
    }))
    .filter(({ text }) => text !== '');
}

function plainText(marked: string): string {
  // References are decoded last: &lt;b&gt; is text that says <b>, not a tag.
  return decodeHTMLStrict(marked.replace(TAG, ''))
    .replace(/\0/g, '\uFFFD')
    .replace(/\s+/g, ' ')
    .trim();
}
