import { describe, expect, it } from 'vitest';
import { checkRecording, planOf } from '../../../../bench/density/options.js';

const options = (args: Record<string, string>, quick = false) => ({ quick, args: new Map(Object.entries(args)) });
const plan = (args: Record<string, string>, quick = false) => planOf(options(args, quick));
const sizesOf = (args: Record<string, string>, quick = false) => plan(args, quick).sizes.map(({ size }) => size);

describe('what a run has to do', () => {
  it('is everything, or with --quick the small size and the policies that matter most', () => {
    expect(plan({})).toMatchObject({
      parts: ['table', 'many', 'recall'],
      scenes: ['quiet', 'mixed', 'busy'],
      rounds: 3,
    });
    expect(sizesOf({})).toEqual(['640x360', '1920x1080']);
    expect(sizesOf({}, true)).toEqual(['640x360']);
    expect(plan({}, true)).toMatchObject({ rounds: 1, cameras: undefined });
    expect(plan({}, true).subjects).not.toContain('full');
    expect(plan({}).subjects).toEqual(
      expect.arrayContaining(['full', 'keyframes', 'directFps5', ...plan({}, true).subjects]),
    );
  });

  it('is the table alone where something is said of it', () => {
    expect(plan({ scene: 'busy,quiet' })).toMatchObject({ parts: ['table'], scenes: ['busy', 'quiet'] });
    expect(plan({ scene: 'night' }).scenes).toEqual(['night']);
    expect(sizesOf({ size: '1920x1080' }, true)).toEqual(['1920x1080']);
    expect(plan({ subjects: 'motion,adaptive', cameras: '2', rounds: '7' })).toMatchObject({
      ...{ parts: ['table'], subjects: ['motion', 'adaptive'], cameras: 2, rounds: 7 },
    });
    expect(plan({ only: 'recall', clips: 'x' })).toMatchObject({ parts: ['recall'], clips: 'x' });
  });

  it.each([
    [{ size: '1280x720' }, '--size: there is no 1280x720; there are 640x360, 1920x1080'],
    [{ scene: 'quiet,loud' }, '--scene: there is no loud; there are quiet, mixed, busy, motion'],
    [{ subjects: 'zoneminder' }, '--subjects: there is no zoneminder; there are ingest, '],
    [{ scene: ',' }, '--scene names nothing; there are quiet, '],
    [{ only: 'many', scene: 'quiet' }, '--scene is about the table, which --only many leaves out'],
    [{ ingest: 'direct' }, '--ingest goes with --recording only'],
    [{ cameras: '1.5' }, '--cameras must be a whole number of at least 1'],
  ])('is refused for %o', (args, message) => {
    expect(() => plan(args as Record<string, string>)).toThrow(message);
  });

  it('is something else with --recording', () => {
    expect(() => checkRecording(options({ recording: 'true', cameras: '2', ingest: 'direct' }))).not.toThrow();
    expect(() => checkRecording(options({ recording: 'true', scene: 'busy' }))).toThrow('--scene does not go with');
  });
});
