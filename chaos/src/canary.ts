/** Stands in every secret that is planted here. Whatever is kept, told or said must be without it. */
export const CANARY = 'CANARY';

/** Secrets of kinds that are recognised in any text. */
const SECRETS: readonly ((number: number) => string)[] = [
  (number) => `password=${CANARY}${number}hunter2`,
  (number) => `postgres://ingest:${CANARY}${number}@db/videos`,
  (number) => `Authorization: Bearer ${CANARY}${number}abcdef123456`,
  (number) => `ghp_${CANARY}${number}${'a1B2c3D4'.repeat(4)}`,
  (number) => `{"api_key":"${CANARY}${number}abc"}`,
];

/** A secret as it may stand in any text, each kind in turn. */
export function secretOf(number: number): string {
  return (SECRETS[number % SECRETS.length] as (number: number) => string)(number);
}

/** What people fill in of a new task, with secrets in all of it; `text` has one already. */
export function registrationOf(text: string): {
  readonly name: string;
  readonly command: readonly string[];
  readonly metadata: Readonly<Record<string, unknown>>;
} {
  const token = `${CANARY}0token`;
  return {
    name: text,
    command: ['ingest', '--token', token, `DB_PASSWORD=${token}`, text],
    metadata: { mark: text, token, headers: [{ authorization: token }] },
  };
}
