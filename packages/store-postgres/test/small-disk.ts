import { execFileSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { asNobody, isRoot, NOBODY } from './nobody.js';

type Program = readonly string[];

/** How a program is started in a mount namespace of its own, where `script` mounts what it likes before it. */
type Way = (script: string, program: Program, asUser: object) => readonly [Program, object];

/** The user is root in a namespace that it makes, mounts, and goes on as somebody else, as PostgreSQL does not run as root. */
const byUserNamespace: Way = (script, program, asUser) => [
  [
    ...['unshare', '--user', '--map-root-user', '--mount', 'sh', '-c'],
    `${script} && exec unshare --user --map-user=${NOBODY} --map-group=${NOBODY} -- "$@"`,
    ...['sh', ...program],
  ],
  asUser,
];

/** Where users may not have namespaces, and root may mount. */
const byRoot: Way = (script, program, asUser) => [
  [
    ...['unshare', '--mount', 'sh', '-c'],
    `${script} && exec setpriv --reuid=${NOBODY} --regid=${NOBODY} --clear-groups -- "$@"`,
    ...['sh', ...program],
  ],
  { ...asUser, uid: undefined, gid: undefined },
];

/** A file system of a few megabytes in memory, which only the server sees that is started with it. */
export class SmallDisk {
  readonly folder: string;
  readonly #script: string;
  readonly #way: Way;

  /** `ballast` is a file in it of so many bytes. The folder is where it is mounted. */
  constructor(folder: string, bytes: number, ballastBytes: number) {
    this.folder = folder;
    this.#way = wayToMount() ?? byRoot;
    mkdirSync(folder, { recursive: true });
    this.#script =
      `mount -t tmpfs -o size=${bytes},mode=777 tmpfs '${folder}' && mkdir -m 777 '${folder}/space' && ` +
      `head -c ${ballastBytes} /dev/zero > '${folder}/ballast' && chmod 666 '${folder}/ballast'`;
  }

  /** A tablespace has to be owned by the server's user. */
  before(program: Program, asUser: object): readonly [Program, object] {
    const isByRoot = this.#way === byRoot;
    const own = isByRoot ? ` && chown ${NOBODY}:${NOBODY} '${this.folder}/space'` : '';
    return this.#way(`${this.#script}${own}`, program, asUser);
  }
}

/** `null` where this user may mount nothing. */
export function wayToMount(): Way | null {
  return [byUserNamespace, ...(isRoot() ? [byRoot] : [])].find(works) ?? null;
}

function works(way: Way): boolean {
  const [[file = '', ...args], options] = way(
    'mount -t tmpfs tmpfs /mnt',
    ['true'],
    asNobody(tmpdir()),
  );
  try {
    execFileSync(file, args, { ...options, stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}
