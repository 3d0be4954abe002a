import { describe, expect, it } from 'vitest';
import { roleOf } from '../../../../bench/density/sluice.js';

describe('the command line of a process', () => {
  it('finds the role of a bridge host, and no role of others', () => {
    expect(roleOf(['node', 'main.js', '{"role":"decode","slots":1}'])).toBe('decode host');
    expect(roleOf(['/usr/bin/bwrap', '--', 'node', 'main.js', '{"role":"decode","slots":1}'])).toBe('sandbox');
    expect(roleOf(['node', 'main.js'])).toBe('other');
    expect(roleOf([])).toBe('other');
  });
});
