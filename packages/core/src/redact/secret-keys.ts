/** How surely what a key names is a secret. */
export const SECRECY = {
  none: 0,
  /** Only if the value is long and could only be drawn at random: `video_key` may be where a video is. */
  random: 1,
  /** Only if the value looks like one: `session` may be that of a conference. */
  opaque: 2,
  /** In data. In prose the word means other things, too: *unexpected token: end of file*. */
  secret: 3,
  /** Even in prose. */
  password: 4,
} as const;

export type Secrecy = (typeof SECRECY)[keyof typeof SECRECY];

const PASSWORDS = words(
  'password passwords passwd pwd passphrase passcode apikey apikeys accesskey secretkey privatekey dbpass userpass',
  'pgpassword sshpass passin passout accesstoken authtoken refreshtoken apitoken clientsecret connectionstring sharedaccesskey',
);
const SECRETS = words(
  'secret secrets token auth authorization bearer credential credentials creds cookie cookies setcookie jwt csrf xsrf sso saml',
  'signature dsn idtoken csrftoken xsrftoken sessiontoken sessionid sessionkey jsessionid phpsessid accountkey authkey passkey',
);
const OPAQUE = words('session sid sig oauth pass');

/** Two words next to each other; the second in the plural as well. */
const PASSWORD_PAIRS = pairs({
  key: 'api access private secret encryption decryption signing master account auth webhook subscription ssh',
  token: 'access auth refresh api bearer',
  string: 'connection conn',
  word: 'pass',
  pass: 'db database user smtp mail email ftp redis mysql postgres pg mongo proxy admin root login basic',
});
const SECRET_PAIRS = pairs({ key: 'session', id: 'session', str: 'conn' });

/** A key that ends so tells of a secret without containing it: `tokenCount`, `auth_url`, `secretName`. */
const TELLING_LAST = words(
  'count counts limit type types length len size budget usage used index name names expiry expires expired ttl at in url uri',
  'endpoint path file files dir field policy strength method mode provider status enabled disabled required kind version algorithm',
  'alg algo ref reference scheme header headers prefix total max min rate position embedding embeddings user username env var stdin browser domain',
  'format error errors length hint class manager store vault age days seconds ms',
);
/** A key that begins so is a question, or a count. */
const TELLING_FIRST = words(
  'no has is use uses require requires enable disable skip with without needs allow show hide ask num max min per missing',
  'invalid wrong',
);
/** Of these kinds of token a text is made, or a list is read page by page. */
const PLAIN_TOKENS = words(
  'pad eos bos unk sep cls mask stop special start end begin first last next prev previous page continuation input output sync',
  'unexpected image audio text design',
);
/** By these a record, an object or an entry is found: such a key is a name, however odd it looks. */
const PLAIN_KEYS = words(
  'primary foreign sort partition cache public publishable idempotency idempotent idem unique row hash range object index map group',
  'lookup document doc dedup dedupe deduplication natural composite surrogate routing route shard join lock entry item record entity',
  'parent child node file image video audio media asset blob chunk segment task job run batch message event request response trace',
  'query state page cursor dataset resource content thumbnail source target column field property attribute json dict translation',
  'registry redis kv bucket s prefix path url idx id etag checksum digest version release build test user tenant customer order tracking',
);
const PLAIN_SIGNATURES = words('function method type file call');

/** Something that every secret key contains: what a text has to be searched for before its keys are looked at. */
const STEMS = [
  'pass|pwd|secret|token|key|auth|bearer|cred|cookie|jwt|csrf|xsrf|sso|saml|sig|dsn|conn|session|sid|sess',
];

/** So many keys are remembered. A program has few; those that a user makes up must not fill the memory. */
const MAX_REMEMBERED = 2_000;
const MAX_REMEMBERED_LENGTH = 64;
/** The words of a longer key are those at its end. */
const MAX_KEY_LENGTH = 200;

/** Which keys and flags name secrets, by whole words: `apiKey` and `API_KEY` do, `keyboard` and `monkey` do not. */
export class SecretKeys {
  readonly #extra: readonly (readonly string[])[];
  readonly #allowed: ReadonlySet<string>;
  readonly #remembered = new Map<string, Secrecy>();
  /** Matches every text that may contain a secret key. */
  readonly hint: RegExp;

  constructor(extra: readonly string[] = [], allowed: readonly string[] = []) {
    this.#extra = extra.map(wordsOf);
    this.#allowed = new Set(allowed.map((key) => wordsOf(key).join(' ')));
    this.hint = new RegExp([...STEMS, ...this.#extra.map(([first]) => first)].join('|'), 'i');
  }

  /** Costs a look into a map for a key that was seen before. */
  secrecyOf(key: string): Secrecy {
    const known = this.#remembered.get(key);
    if (known !== undefined) return known;
    const secrecy = this.#judge(wordsOf(key.slice(-MAX_KEY_LENGTH)), key.includes(' '));
    if (key.length <= MAX_REMEMBERED_LENGTH) {
      if (this.#remembered.size >= MAX_REMEMBERED) this.#remembered.clear();
      this.#remembered.set(key, secrecy);
    }
    return secrecy;
  }

  #judge(key: readonly string[], isPhrase: boolean): Secrecy {
    if (key.length === 0 || this.#allowed.has(key.join(' '))) return SECRECY.none;
    if (this.#extra.some((wanted) => contains(key, wanted))) return SECRECY.password;
    if (key.length > 1) {
      // In prose it says nothing: *connecting with token: …*.
      if (!isPhrase && TELLING_FIRST.has(key[0] as string)) return SECRECY.none;
      if (TELLING_LAST.has(key.at(-1) as string)) return SECRECY.none;
    }
    let secrecy: Secrecy = SECRECY.none;
    for (const [index, word] of key.entries()) {
      const own = secrecyOfWord(word, key[index - 1]);
      if (own > secrecy) secrecy = own;
    }
    // In prose any word may be before it: *no video has the key: …*.
    return secrecy === SECRECY.none && !isPhrase && isSomebodysKey(key) ? SECRECY.random : secrecy;
  }
}

function secrecyOfWord(word: string, previous: string | undefined): Secrecy {
  const pair = previous === undefined ? '' : `${previous} ${word}`;
  if (PASSWORDS.has(word) || PASSWORD_PAIRS.has(pair)) return SECRECY.password;
  if (previous !== undefined) {
    if (word === 'token' && PLAIN_TOKENS.has(previous)) return SECRECY.none;
    if (word === 'signature' && PLAIN_SIGNATURES.has(previous)) return SECRECY.none;
  }
  if (SECRETS.has(word) || SECRET_PAIRS.has(pair)) return SECRECY.secret;
  return OPAQUE.has(word) ? SECRECY.opaque : SECRECY.none;
}

/** `OPENAI_KEY`, `--azure-key`: those of a service, and not those of data. */
function isSomebodysKey(key: readonly string[]): boolean {
  const owner = key.at(-2);
  return owner !== undefined && key.at(-1) === 'key' && !PLAIN_KEYS.has(owner);
}

/** `XApiKey2`, `x-api-key`, `X_API.KEY` → `x`, `api`, `key`. */
function wordsOf(key: string): readonly string[] {
  return key.match(/[A-Z]+(?![a-z])|[A-Z]?[a-z]+/g)?.map((word) => word.toLowerCase()) ?? [];
}

function contains(key: readonly string[], wanted: readonly string[]): boolean {
  return key.some((_, start) => wanted.every((word, index) => key[start + index] === word));
}

function words(...lists: readonly string[]): ReadonlySet<string> {
  return new Set(lists.join(' ').split(' '));
}

function pairs(firstsBySecond: Readonly<Record<string, string>>): ReadonlySet<string> {
  return new Set(
    Object.entries(firstsBySecond).flatMap(([second, firsts]) =>
      firsts.split(' ').flatMap((first) => [`${first} ${second}`, `${first} ${second}s`]),
    ),
  );
}
