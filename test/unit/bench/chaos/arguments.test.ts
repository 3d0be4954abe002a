import { describe, expect, it } from 'vitest';
import { parseArguments } from '../../../../bench/chaos/arguments.js';

const parse = (text: string) => parseArguments(text.split(' ').filter(Boolean), 42);

describe('the arguments of chaos', () => {
  it('name minutes and seed, and have defaults', () => {
    expect(parse('')).toMatchObject({ kind: 'run', minutes: 10, seed: 42, only: [], keep: false });
    expect(parse('--minutes 0.5 --seed 7 --only camera,disk.full --keep')).toMatchObject({
      ...{ kind: 'run', minutes: 0.5, seed: 7, only: ['camera', 'disk.full'], keep: true },
    });
    expect(parse('--help')).toEqual({ kind: 'help' });
  });

  it.each(['--minutes', '--minutes x', '--seed 0', '--nothing 1', 'soon', '--series nothing'])('refuse %s', (text) => {
    expect(parse(text).kind).toBe('wrong');
  });
});
