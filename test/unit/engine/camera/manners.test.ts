import { expect, it } from 'vitest';
import { Manners } from '../../../../engine/camera/manners.js';

const ending = (hungUpOn?: 'OPTIONS' | 'GET_PARAMETER') => ({
  ...({ kind: 'network', code: 'closed', message: '' } as const),
  ...(hungUpOn ? { hungUpOn } : {}),
});

it('learns what a camera hangs up on from two sessions in a row, and keeps it', () => {
  const manners = new Manners();
  const after = (...endings: (Parameters<typeof ending>[0] | 'other')[]) => {
    for (const each of endings) manners.failed(ending(each === 'other' ? undefined : each));
    return manners.unwelcome;
  };
  expect(after('OPTIONS', 'other', 'OPTIONS', 'GET_PARAMETER')).toEqual([]);
  expect(after('OPTIONS', 'OPTIONS')).toEqual(['OPTIONS']);
  expect(after('other', 'GET_PARAMETER', 'GET_PARAMETER')).toEqual(['OPTIONS', 'GET_PARAMETER']);
});
