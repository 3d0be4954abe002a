import { renameSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import type { MediaTime } from '../../../engine/core/time.js';
import type { ClipEnd } from '../../../engine/recording/clip-end.js';
import { judge } from '../../../engine/recording/judge.js';
import { fragment, init, movie } from '../../kit/mp4.js';
import { tempFolder } from '../../kit/temp-files.js';

const folder = tempFolder();
afterAll(() => folder.remove());
const path = join(folder.path, 'clip.mp4');

const said = (units: number, lostUnits = 0): ClipEnd => ({
  ok: true,
  bytes: 1,
  start: 0 as MediaTime,
  end: 1 as MediaTime,
  duration: 1,
  units,
  lostUnits,
  lostSound: 0,
});

describe('a file that its muxer calls finished', () => {
  it('is finished if it holds every picture', () => {
    writeFileSync(path, movie(5));
    expect(judge(path, said(5), statSync(path))).toEqual(said(5));
  });

  it('has lost what it does not hold', () => {
    writeFileSync(path, movie(5));
    expect(judge(path, said(9, 2), statSync(path))).toEqual(said(9, 6));
  });

  it.each([
    ['holds no picture', movie(0), 'emptyClip'],
    ['holds nothing that plays', init(), 'emptyClip'],
    ['is still in fragments', Buffer.concat([init(), fragment(3)]), 'notFinalised'],
  ])('has failed if it %s', (_name, content, code) => {
    writeFileSync(path, content);
    expect(judge(path, said(5), statSync(path))).toMatchObject({ ok: false, reason: { code }, units: 5 });
  });

  it('has failed if it is not there, or another file has its name', () => {
    writeFileSync(path, movie(5));
    const file = statSync(path);
    renameSync(path, join(folder.path, 'elsewhere.mp4'));
    const gone = { ok: false, reason: { code: 'fileGone' }, units: 5 };
    expect(judge(path, said(5), file)).toMatchObject(gone);
    writeFileSync(path, movie(5));
    expect(judge(path, said(5), file)).toMatchObject(gone);
    expect(judge(path, { ...said(5), ok: false, reason: { kind: 'eos' } }, file)).toMatchObject(gone);
  });

  it('is not read if it has failed already', () => {
    writeFileSync(path, movie(0));
    const end: ClipEnd = { ...said(5), ok: false, reason: { kind: 'eos' } };
    expect(judge(path, end, statSync(path))).toBe(end);
  });
});
