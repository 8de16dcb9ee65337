/** What a text may contain, found so cheaply that it can be asked of every text. */
export const SUSPICION = {
  none: 0,
  /** `=`, `:`, `--`, `',`, `')` or `</`: a key and its value, a private key. */
  pair: 1,
  /** `@`: the password of a URL, with a colon before it. */
  at: 2,
  /** Letters and digits without a space, as long as the shortest of the known tokens. */
  run: 4,
  /** The words `Bearer` or `Basic`. */
  scheme: 8,
  /** An option that to some programs is a password's: `-p`, `-a`, `-u`, `--user`. */
  option: 16,
} as const;

/** Of the known tokens none has a shorter run. */
const RUN_LENGTH = 20;

/** `pwd=x` */
const SHORTEST = 5;
/** A scheme and what follows it are longer. */
const LONG = 16;

const SUSPICIOUS = /[-=:@"'<]/;
const SUSPICIOUS_IF_LONG = /[-=:@"'<bB]/;
const PAIR = /--|["'][,)]|<\//;
const OPTION = /[\s"']-(?:[A-Za-z0-9]{0,8}[pauU]|-user|-proxy-user)/;
const SCHEME = /\bb(?:earer|asic)[ \t]/i;

/** Costs about as much as one short expression, for a text of prose: nearly every text there is. */
export function suspicionOf(text: string): number {
  if (text.length < LONG)
    return text.length >= SHORTEST && SUSPICIOUS.test(text)
      ? suspicionOfPair(text)
      : SUSPICION.none;
  const run = text.length >= RUN_LENGTH && hasRun(text) ? SUSPICION.run : SUSPICION.none;
  if (!SUSPICIOUS_IF_LONG.test(text)) return run;
  const scheme = SCHEME.test(text) ? SUSPICION.scheme : SUSPICION.none;
  return run | scheme | suspicionOfPair(text);
}

function suspicionOfPair(text: string): number {
  const isAssigned = text.includes('=') || text.includes(':');
  if (!isAssigned && !SUSPICIOUS.test(text)) return SUSPICION.none;
  const hasPair = isAssigned || PAIR.test(text);
  const hasOption = text.includes('-') && OPTION.test(text);
  return (
    (hasPair ? SUSPICION.pair : SUSPICION.none) |
    (hasOption ? SUSPICION.option : SUSPICION.none) |
    (text.includes('@') ? SUSPICION.at : SUSPICION.none)
  );
}

/** Whether so many letters, digits and the like follow each other. One of them would stand at a multiple of their number. */
function hasRun(text: string): boolean {
  for (let middle = RUN_LENGTH - 1; middle < text.length; middle += RUN_LENGTH) {
    let end = middle;
    while (end < text.length && isWord(text.charCodeAt(end))) end++;
    if (end === middle) continue;
    let start = middle;
    while (start > 0 && isWord(text.charCodeAt(start - 1))) start--;
    if (end - start >= RUN_LENGTH) return true;
  }
  return false;
}

const WORD = Uint8Array.from({ length: 128 }, (_, code) =>
  /[\w-]/.test(String.fromCharCode(code)) ? 1 : 0,
);

function isWord(code: number): boolean {
  return WORD[code] === 1;
}
