import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { UtcMicros } from '../../../../engine/core/time.js';
import { expandFileName, type NameKeeper, namesClip, reserveFile } from '../../../../engine/recording/file-name.js';

const start = (Date.UTC(2020, 1, 22, 17, 32, 0, 123) * 1000) as UtcMicros;
const values = { start, topologyName: 'T', pipelineName: 'P' };
const variable = (name: string) => `\${${name}}`;

describe('expanding a pattern', () => {
  it.each([
    [`a-${variable('System.Runtime.DateTime')}`, 'a-20200222T173200Z'],
    [`a-${variable('System.Runtime.PreciseDateTime')}-b`, 'a-20200222T173200.123Z-b'],
    [`${variable('System.TopologyName')}_${variable('System.PipelineName')}`, 'T_P'],
    [`${variable('system.runtime.datetime')}`, '20200222T173200Z'],
    [`${variable('System.DateTime')}-${variable('System.GraphInstanceName')}`, '20200222T173200Z-P'],
    [`${variable(' System.PipelineName\t')}`, 'P'],
    [`\${${variable('System.PipelineName')}`, '${P'],
    ['  ', '_'],
    [`x${variable('nobody')}`, `x${variable('nobody')}`],
    ['../../etc/passwd', '__.._etc_passwd'],
    ['/var/media/x', '_var_media_x'],
    ['a\\b:c*d?e"f<g>h|i', 'a_b_c_d_e_f_g_h_i'],
    ['nul\0and\nline', 'nul_and_line'],
    ['.hidden', '_hidden'],
    ['...', '_'],
    ['', '_'],
    ['tail  ', 'tail_'],
    ['Ü-門-🎥', 'Ü-門-🎥'],
    ['lone \ud800 surrogate', 'lone _ surrogate'],
  ])('%j', (pattern, expected) => {
    expect(expandFileName(pattern, values)).toBe(expected);
  });

  it('cuts the middle out of what is too long, not the time at its end', () => {
    const name = expandFileName(`${'長'.repeat(120)}-${variable('System.Runtime.PreciseDateTime')}`, values);
    expect(Buffer.byteLength(name)).toBeLessThanOrEqual(239);
    expect(name).toMatch(/^長+~長*-20200222T173200\.123Z$/u);
  });

  it('is done at once, however long the pattern', () => {
    // Cubic or quadratic time would be hours for these.
    for (const part of ['${', '${ ', ' ', '}', '${a', '$']) {
      expect(Buffer.byteLength(expandFileName(`x${part}${part.at(-1)!.repeat(300_000)}`, values))).toBeLessThan(240);
      expect(Buffer.byteLength(expandFileName(`${part.repeat(100_000)}x`, values))).toBeLessThan(240);
    }
  });

  it('is one plain name, whatever the pattern', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 400 }), (pattern) => {
        const name = expandFileName(pattern, values);
        expect(Buffer.byteLength(`${name}-9999.mp4`)).toBeLessThanOrEqual(255);
        expect(name).not.toMatch(/[/\\\0]|^\.|^$/);
        expect(join('/folder', `${name}.mp4`)).toBe(`/folder/${name}.mp4`);
        expect(Buffer.from(name).toString()).toBe(name);
      }),
      { numRuns: 2000 },
    );
  });
});

describe('recognising a name', () => {
  it.each([
    [`a-${variable('System.Runtime.DateTime')}`, 'a-20200222T173200Z.mp4', true],
    [`a-${variable('System.Runtime.DateTime')}`, 'a-20200222T173200Z-17.mp4', true],
    [`a-${variable('System.Runtime.DateTime')}`, 'a-20200222T173200.123Z.mp4', false],
    [`a-${variable('System.Runtime.DateTime')}`, 'xa-20200222T173200Z.mp4', false],
    [`${variable('System.Runtime.PreciseDateTime')}b`, '20200222T173200.123Zb.mp4', true],
    [`${variable('System.PipelineName')}`, 'P.mp4', true],
    [`${variable('System.PipelineName')}`, 'Q.mp4', false],
    ['a.(b)[c]{d}^$|+*?', 'a.(b)[c]{d}^$_+__.mp4', true],
    ['a.b', 'axb.mp4', false],
    [variable('Unknown'), `${variable('Unknown')}.mp4`, true],
  ])('made by %s: %s is %s', (pattern, name, isOwn) => {
    expect(namesClip(pattern, values)(name)).toBe(isOwn);
  });

  it('knows every name that a pattern makes, unless it had to be shortened', () => {
    const part = fc.oneof(
      fc.string({ maxLength: 12, unit: 'grapheme' }),
      fc.constantFrom(...['Runtime.DateTime', 'Runtime.PreciseDateTime', 'PipelineName'].map((n) => `\${System.${n}}`)),
    );
    fc.assert(
      fc.property(fc.array(part, { minLength: 1, maxLength: 5 }), fc.nat({ max: 2e9 }), (parts, at) => {
        const pattern = parts.join('');
        const stem = expandFileName(pattern, { ...values, start: (at * 1e6) as UtcMicros });
        const isOwn = namesClip(pattern, values);
        for (const name of [`${stem}.mp4`, `${stem}-2.mp4`]) expect(isOwn(name) || stem.includes('~'), name).toBe(true);
      }),
    );
  });
});

describe('reserving a file', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'sluice-names-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const any: NameKeeper = { claim: () => true, release: () => {} };

  it('tells of a name before its file is there, of free names only, and of one that came to nothing', () => {
    writeFileSync(join(folder, 'clip.mp4'), 'mine');
    const told: string[] = [];
    const names = (allowed: (path: string) => boolean): NameKeeper => ({
      claim: (path) => {
        told.push(`claim ${basename(path)} ${existsSync(path)}`);
        return allowed(path);
      },
      release: (path) => told.push(`release ${basename(path)}`),
    });
    const path = reserveFile(
      folder,
      'clip',
      names((name) => !name.endsWith('-2.mp4')),
      0o640,
    );
    expect(basename(path)).toBe('clip-3.mp4');
    expect(told.splice(0)).toEqual(['claim clip-2.mp4 false', 'claim clip-3.mp4 false']);
    // Somebody takes the name in the last moment.
    reserveFile(
      folder,
      'next',
      names((name) => {
        if (name.endsWith('next.mp4')) writeFileSync(name, 'mine');
        return true;
      }),
      0o640,
    );
    expect(told).toEqual(['claim next.mp4 false', 'release next.mp4', 'claim next-2.mp4 false']);
    expect(readFileSync(join(folder, 'next.mp4'), 'utf8')).toBe('mine');
  });

  it('never takes a name twice', () => {
    const made = Array.from({ length: 4 }, () => reserveFile(folder, 'clip', any, 0o640));
    expect(made).toEqual(['clip.mp4', 'clip-2.mp4', 'clip-3.mp4', 'clip-4.mp4'].map((name) => join(folder, name)));
  });

  it('leaves what is there alone, links that lead nowhere too', () => {
    writeFileSync(join(folder, 'clip.mp4'), 'mine');
    symlinkSync('/nowhere/at/all', join(folder, 'clip-2.mp4'));
    expect(reserveFile(folder, 'clip', any, 0o640)).toBe(join(folder, 'clip-3.mp4'));
    expect(readFileSync(join(folder, 'clip.mp4'), 'utf8')).toBe('mine');
    expect(readdirSync(folder).sort()).toEqual(['clip-2.mp4', 'clip-3.mp4', 'clip.mp4']);
  });

  it('leaves out names that are taken otherwise', () => {
    mkdirSync(join(folder, 'clip.mp4'));
    const path = reserveFile(folder, 'clip', any, 0o640);
    expect(path).toBe(join(folder, 'clip-2.mp4'));
  });

  it('says what is wrong with the folder', () => {
    expect(() => reserveFile(join(folder, 'missing'), 'clip', any, 0o640)).toThrow(
      expect.objectContaining({
        code: 'ClipNotCreated',
        kind: 'unavailable',
        message: expect.stringMatching('ENOENT'),
      }),
    );
  });
});
