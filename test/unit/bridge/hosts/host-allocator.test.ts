import { describe, expect, it } from 'vitest';
import { allocatorEnvironment, findJemalloc } from '../../../../bridge/hosts/host-allocator.js';

describe('the allocator of hosts', () => {
  it('is looked for where distributions put it, and only there', () => {
    const asked: string[] = [];
    expect(
      findJemalloc((path) => {
        asked.push(path);
        return false;
      }),
    ).toBeUndefined();
    expect(asked.length).toBeGreaterThan(1);
    for (const path of asked) expect(path).toMatch(/^\/usr\/.*\/libjemalloc\.so\.2$/);
    expect(findJemalloc((path) => path === asked.at(-1))).toBe(asked.at(-1));
  });

  it("leaves what the user has set before ours, and the C library's alone where there is no other", () => {
    expect(allocatorEnvironment({}, undefined)).not.toHaveProperty('LD_PRELOAD');
    expect(allocatorEnvironment({}, '/j')).toMatchObject({
      LD_PRELOAD: '/j',
      MALLOC_CONF: expect.stringContaining('narenas'),
    });
    const mine = allocatorEnvironment({ LD_PRELOAD: '/mine.so', MALLOC_CONF: 'prof:true' }, '/j');
    expect(mine).toMatchObject({ LD_PRELOAD: '/mine.so:/j', MALLOC_CONF: 'prof:true' });
  });
});
