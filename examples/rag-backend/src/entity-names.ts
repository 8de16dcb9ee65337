import nlp from 'compromise';

export type EntityKind = 'person' | 'place' | 'organisation' | 'other';

/** A name as it stands in a text. */
export interface Mention {
  readonly name: string;
  readonly kind: EntityKind;
}

/** The tagger takes up to 0.1 ms a character on a busy machine; pieces of this length keep it below 50 ms. */
const MAX_PIECE_LENGTH = 200;
const MAX_NAME_LENGTH = 80;

/** Pieces of a text that the tagger reads in one go: whole sentences and lines, as many as fit. */
export function taggerPieces(text: string): string[] {
  const pieces: string[] = [];
  // "Director: Jan Morgenstern" is a label and a name, not one name.
  for (const sentence of text.replace(/:\s+/g, '.\n').split(/(?<=[.!?…])\s+|\n/)) {
    const last = pieces.at(-1);
    if (last !== undefined && last.length + sentence.length < MAX_PIECE_LENGTH) {
      pieces[pieces.length - 1] = `${last}\n${sentence}`;
    } else {
      // A "sentence" of thousands of letters has no names worth waiting for.
      pieces.push(sentence.slice(0, 2 * MAX_PIECE_LENGTH));
    }
  }
  return pieces;
}

/** The names in a piece of English text. */
export function namesIn(piece: string): Mention[] {
  // "Stevenson's crew" would pass for the name of an organisation.
  const text = nlp(piece.replace(/(\p{Lu}\S*)[’']s(?=\s+\p{Ll})/gu, '$1'));
  // An unknown first name at the start of a line is taken for a common noun: "Ton Roosendaal".
  text.match('[(@isTitleCase && #Noun)] #LastName', 0).tag('FirstName');
  text.match('[(@isTitleCase && #Noun)] #ProperNoun', 0).tag('ProperNoun');
  const [people, places, organisations] = [text.people(), text.places(), text.organizations()];
  const known = [
    ...mentions(people, 'person'),
    ...mentions(places, 'place'),
    ...mentions(organisations, 'organisation'),
  ];
  const others = text
    .match('#ProperNoun+')
    .not(people.concat(places).concat(organisations))
    .not('(#Date|#Pronoun|#Honorific)');
  // Half of a place's name ("east coast of Scotland") can be left over as a proper noun.
  const left = mentions(others, 'other').filter(
    ({ name }) => !known.some((one) => one.name === name),
  );
  return [...known, ...left];
}

function mentions(found: { out(format: 'array'): string[] }, kind: EntityKind): Mention[] {
  return found
    .out('array')
    .flatMap((match) => match.split(/[,;:/]/))
    .map(cleanName)
    .filter((name) => name !== undefined)
    .map((name) => ({ name, kind }));
}

/** The name without what stands around it in a sentence; undefined when it is no name after all. */
function cleanName(match: string): string | undefined {
  const name = match
    .replace(/[’']s$/u, '')
    .replace(/^[^\p{L}\p{N}]+|[^\p{L}\p{N}]+$/gu, '')
    .replace(/^(?:the|a|an)\s+/i, '')
    // "the east coast of Scotland" is found as a place; the name in it is Scotland.
    .replace(/^(?:\p{Ll}\S*\s+)+/u, '')
    .replace(/\s+/g, ' ');
  const isName = /^\p{Lu}.*\p{L}/u.test(name) && name.length <= MAX_NAME_LENGTH;
  return isName ? name : undefined;
}

// The tagger builds its tables at first use, which takes longer than a server's requests should wait.
namesIn('Ada Lovelace sailed from Oban to Scotland for the Lighthouse Board.');
