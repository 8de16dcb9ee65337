import { statfsSync } from 'node:fs';

/** File systems of other machines, by the magic number of statfs(2). */
const NETWORK_FILE_SYSTEMS: ReadonlyMap<number, string> = new Map([
  [0x6969, 'NFS'],
  [0x517b, 'SMB'],
  [0xfe534d42, 'SMB'],
  [0xff534d42, 'CIFS'],
  [0x00c36400, 'Ceph'],
  [0x0bd00bd0, 'Lustre'],
  [0x01021997, '9P'],
  [0x5346414f, 'AFS'],
  [0x73757245, 'Coda'],
]);

/** The name of the network file system that `type` stands for; `null`: none, or not known. */
export function networkFileSystem(type: number | bigint): string | null {
  // Some systems tell the number as a signed one.
  return NETWORK_FILE_SYSTEMS.get(Number(BigInt.asUintN(32, BigInt(type)))) ?? null;
}

export function networkWarning(folder: string): string | null {
  const name = networkFileSystem(statfsSync(folder).type);
  if (name === null) return null;
  return `${folder} is on a network file system (${name}). SQLite needs the locks and the shared memory of one machine: put the file on a local disk, or use another store.`;
}
