import { tmpdir } from 'node:os';
import { networkFileSystem, networkWarning } from './network-file-system.js';

describe('networkFileSystem', () => {
  it('knows those of other machines, however the number is told', () => {
    expect(networkFileSystem(0x6969)).toBe('NFS');
    expect(networkFileSystem(0xff534d42)).toBe('CIFS');
    expect(networkFileSystem(0xff534d42 | 0)).toBe('CIFS');
    expect(networkFileSystem(0xfe534d42n)).toBe('SMB');
  });

  it('has nothing against a local one', () => {
    expect(networkFileSystem(0xef53)).toBeNull();
    expect(networkWarning(tmpdir())).toBeNull();
  });
});
