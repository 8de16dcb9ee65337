import { Followers } from './followers.js';
import type { ChangePage } from './store.js';
import { FakeClock } from './testing/fake-clock.js';

const page = (position: string): ChangePage => ({ reset: false, changes: [], position });

describe('Followers', () => {
  let clock: FakeClock;
  let followers: Followers;
  beforeEach(() => {
    clock = new FakeClock();
    followers = new Followers(clock);
  });

  it('are level while they wait where the store is', async () => {
    expect(followers.lagMs('10')).toBeNull();
    const waiting = followers.read('10', 1_000, () => new Promise(() => {}));
    clock.advance(3_600_000);
    expect(followers.lagMs('10')).toBe(0);
    expect(waiting).toBeInstanceOf(Promise);
  });

  it('are behind where they are not told of what happened', async () => {
    await followers.read(null, 1_000, async () => page('10'));
    void followers.read('10', 1_000, () => new Promise(() => {}));
    expect(followers.lagMs('11')).toBe(0);
    clock.advance(20_000);
    expect(followers.lagMs('12')).toBe(20_000);
  });

  it('are behind while what they read fails', async () => {
    await followers.read(null, 1_000, async () => page('10'));
    const failing = followers.read('10', 1_000, () => Promise.reject(new Error('away')));
    await expect(failing).rejects.toThrow('away');
    clock.advance(5_000);
    expect(followers.lagMs(null)).toBe(5_000);
  });

  it('are gone when they have not come back for ten seconds', async () => {
    await followers.read(null, 1_000, async () => page('10'));
    clock.advance(10_001);
    expect(followers.lagMs('11')).toBeNull();
  });
});
