// biome-ignore-all lint/suspicious/noTemplateCurlyInString: parameters of AVA are written so

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { checkCommand } from '../../../../engine/cli/check.js';
import {
  evrTopology,
  fileSink,
  gate,
  grpc,
  http,
  hubSink,
  type Json,
  motion,
  REFUSED_SAMPLES,
  rtspSource,
  SAMPLES_DIR,
  sampleTopologies,
  topologyOf,
} from '../../../kit/topologies.js';

const run = async (...files: string[]): Promise<{ code: number; out: string[]; err: string }> => {
  const out: string[] = [];
  const err: string[] = [];
  const stdout = vi.spyOn(process.stdout, 'write').mockImplementation((text) => out.push(String(text)) > 0);
  const stderr = vi.spyOn(process.stderr, 'write').mockImplementation((text) => err.push(String(text)) > 0);
  const before = process.exitCode;
  process.exitCode = undefined;
  try {
    await checkCommand().parseAsync(files, { from: 'user' });
    return { code: Number(process.exitCode ?? 0), out: out.join('').split('\n').filter(Boolean), err: err.join('') };
  } finally {
    process.exitCode = before;
    stdout.mockRestore();
    stderr.mockRestore();
  }
};

describe('sluice check', () => {
  let folder: string;
  const file = (content: unknown, name = 'topology.json'): string => {
    const path = join(folder, name);
    const bytes = typeof content === 'string' || Buffer.isBuffer(content) ? content : JSON.stringify(content, null, 2);
    writeFileSync(path, bytes);
    return path;
  };

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'sluice-check-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const changed = (change: (topology: Json) => void): Json => {
    const topology = evrTopology();
    change(topology);
    return topology;
  };

  it('a valid topology: exit 0, nothing on stdout', async () => {
    expect(await run(file(evrTopology()))).toMatchObject({
      code: 0,
      out: [],
      err: expect.stringMatching(/Test-Topology is valid\n$/),
    });
  });

  it.each<[string, Json, string, RegExp]>([
    [
      'an unknown node name',
      topologyOf(rtspSource(), motion('nobody'), hubSink()),
      '/properties/processors/0/inputs/0/nodeName',
      /nobody/,
    ],
    [
      'an unknown type',
      changed((t) => (t.properties.sinks[0]['@type'] = '#Microsoft.VideoAnalyzer.AssetSink')),
      '/properties/sinks/0/@type',
      /AssetSink/,
    ],
    [
      'a duration out of range',
      changed((t) => (t.properties.processors[1].minimumActivationTime = 'PT2H')),
      '/properties/processors/1/minimumActivationTime',
      /PT2H.*PT10S to PT1H/,
    ],
    [
      'a FileSink on a motion detector',
      topologyOf(rtspSource(), motion(), fileSink('motion')),
      '/properties/sinks/0/inputs/0',
      /FileSink/,
    ],
    [
      'an undeclared parameter',
      changed((t) => t.properties.parameters.shift()),
      '/properties/sources/0/endpoint/url',
      /"rtspUrl" is not declared/,
    ],
    [
      'a cycle',
      topologyOf(rtspSource(), grpc('http'), http('grpc'), hubSink('http')),
      '/properties/processors/\\d',
      /cycle/,
    ],
    [
      'two RtspSources',
      topologyOf(rtspSource(), { ...rtspSource(), name: 'second' }, motion(), gate(), fileSink()),
      '/properties/sources/1',
      /at most one/,
    ],
    [
      'a file pattern without a system variable',
      changed((t) => (t.properties.sinks[0].fileNamePattern = 'clip')),
      '/properties/sinks/0/fileNamePattern',
      /system variable/,
    ],
  ])('%s: exit 2 and a line with its pointer', async (_, topology, pointer, message) => {
    const path = file(topology);
    const { code, out } = await run(path);
    expect(code).toBe(2);
    const line = out.find((one) => new RegExp(`#${pointer}: `).test(one));
    expect(line, out.join('\n')).toMatch(message);
    expect(line!.startsWith(`${path}#/`)).toBe(true);
  });

  it.each<[string, string | Buffer, RegExp]>([
    ['a comma too many', '{\n  "name": "T",\n}', /:3:1: is not JSON: expected a property name in double quotes$/],
    ['a value that is none', '{"name": T}', /:1:10: is not JSON: expected a value$/],
    ['no colon', '{"name" "T"}', /:1:9: is not JSON: expected ':'$/],
    ['no comma', '{"a": [1 2]}', /:1:10: is not JSON: expected ',' or ']'$/],
    ['an end too early', '{"name": "T"', /:1:13: is not JSON: the document ends too early/],
    ['an open text', '{"name": "T\n"}', /:1:10: is not JSON: this string is not closed/],
    [
      'a wrong escape',
      '["\\x"]',
      /:1:2: is not JSON: this string is not closed, or contains a character that must be escaped$/,
    ],
    ['a number with a zero in front', '[01]', /:1:3: is not JSON: expected ',' or ']'/],
    ['more than one document', '{} {}', /:1:4: is not JSON: expected the end of the document$/],
    ['nothing', '', /:1:1: is not JSON: the document ends too early/],
    ['a comment', '// topology\n{}', /:1:1: is not JSON: expected a value$/],
    ['what is no UTF-8', Buffer.from([0x7b, 0xff, 0xfe, 0x7d]), /: cannot be read: .*not valid for encoding utf-8/],
    ['deep nesting', '['.repeat(100_000), /:1:100001: is not JSON: the document ends too early/],
  ])('%s: exit 2 and its place', async (_, text, message) => {
    const { code, out } = await run(file(text));
    expect(code).toBe(2);
    expect(out).toHaveLength(1);
    expect(out[0]).toMatch(message);
  });

  it('a byte order mark does no harm', async () => {
    expect((await run(file(`\ufeff${JSON.stringify(evrTopology())}`))).code).toBe(0);
  });

  it('a file that is not there, or is a folder', async () => {
    expect(await run(join(folder, 'none.json'))).toMatchObject({
      code: 2,
      out: [expect.stringMatching(/none\.json: cannot be read/)],
    });
    expect(await run(folder)).toMatchObject({ code: 2, out: [expect.stringMatching(/cannot be read/)] });
  });

  it('several files: every problem of each', async () => {
    const broken = file(
      changed((t) => (t.properties.sinks[0].maximumSizeMiB = '0')),
      'b.json',
    );
    const { code, out, err } = await run(file(evrTopology(), 'a.json'), broken, file('{', 'c.json'));
    expect(code).toBe(2);
    expect(out).toEqual([
      expect.stringMatching(/b\.json#\/properties\/sinks\/0\/maximumSizeMiB: /),
      expect.stringMatching(/c\.json:1:2: /),
    ]);
    expect(err).toContain('a.json');
  });

  describe.skipIf(sampleTopologies().size === 0)("AVA's public topologies (skipped where they are not at hand)", () => {
    it.each([...sampleTopologies().keys()])('%s', async (name) => {
      const { code, out } = await run(join(SAMPLES_DIR, name));
      expect(code).toBe(REFUSED_SAMPLES.includes(name) ? 2 : 0);
      expect(out.length > 0).toBe(code === 2);
    });
  });
});
