import type { DriverName } from './driver/driver.js';
import { chooseDriver } from './driver/choose-driver.js';
import { type FileOptions, openFile } from './open-file.js';
import { DRIVERS } from '../test/drivers.js';
import { buildProgram, RunningProgram } from '../test/program.js';
import { temporaryFolder } from '../test/temporary-folder.js';

describe('openFile', () => {
  const file = temporaryFolder();

  it.each(DRIVERS)('warns of a version of %s that can damage the file', async (name) => {
    expect(await warningsOf(file('tasks.db'), name, '3.51.2')).toEqual([
      expect.stringContaining(`SQLite 3.51.2 (${name}) can lose writes or damage the file`),
    ]);
  });

  it.each(DRIVERS)('has nothing against a version of %s that cannot', async (name) => {
    expect(await warningsOf(file('tasks.db'), name, '3.51.3')).toEqual([]);
  });
});

describe('SqliteStore.open', () => {
  const file = temporaryFolder();

  it('warns of a network file system', async () => {
    const program = new RunningProgram(buildProgram('opens-and-closes'), [file('tasks.db')], {
      env: { ...process.env, NODE_OPTIONS: `--import ${NFS}` },
    });
    expect(await program.ended).toBe(0);
    expect(program.errors).toContain(
      `TaskMonitorWarning: ${file('').replace(/\/$/, '')} is on a network file system (NFS).`,
    );
  });
});

/** What Node would be told of every folder if it were on NFS. */
const NFS = `data:text/javascript,${encodeURIComponent(
  `import fs from 'node:fs'; import { syncBuiltinESMExports } from 'node:module';
   fs.statfsSync = () => ({ type: 0x6969 }); syncBuiltinESMExports();`,
)}`;

/** What is told when the SQLite of a driver calls itself `version`. */
async function warningsOf(path: string, name: DriverName, version: string): Promise<string[]> {
  const driver = await chooseDriver(name);
  const warnings: string[] = [];
  const options: FileOptions = {
    path,
    synchronous: 'normal',
    patienceMs: 5_000,
    now: Date.now,
    onWarning: (message) => warnings.push(message),
  };
  const { connection } = await openFile(
    {
      ...driver,
      open: (at) => {
        const database = driver.open(at);
        // Both drivers have it, and the store has no use for it.
        (database as unknown as Functions).function('sqlite_version', () => version);
        return database;
      },
    },
    options,
  );
  connection.close();
  return warnings;
}

interface Functions {
  function(name: string, body: () => string): void;
}
