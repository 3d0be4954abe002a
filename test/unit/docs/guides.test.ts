import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, relative, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import * as entry from '../../../engine/index.js';
import { motionClips } from '../../../examples/gateway/topology.js';
import { validateTopology } from '../../kit/topology.js';

const ROOT = resolve(import.meta.dirname, '../../..');
const pages = [
  ...readdirSync(ROOT),
  ...readdirSync(resolve(ROOT, 'docs'), { recursive: true, encoding: 'utf8' }).map((file) => `docs/${file}`),
].filter((file) => file.endsWith('.md'));
const read = (file: string) => readFileSync(resolve(ROOT, file), 'utf8');

/** As GitHub makes them: of `## Who may come in`, `who-may-come-in`. */
const anchorsOf = (file: string): string[] =>
  [...read(file).matchAll(/^#+ (.+)$/gm)].map(([, heading]) =>
    heading!
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\s_-]/gu, '')
      .replace(/\s/g, '-'),
  );

describe('the guides', () => {
  it.each(pages)('%s links to files that exist', (page) => {
    const links = [...read(page).matchAll(/\]\(([^)#\s]+)(?:#[^)]*)?\)/g)].map((match) => match[1]!);
    const broken = links.filter((link) => !/^[a-z]+:/.test(link) && !existsSync(resolve(ROOT, dirname(page), link)));
    expect(broken).toEqual([]);
  });

  it.each(pages)('%s links to headings that exist', (page) => {
    const links = [...read(page).matchAll(/\]\(([^)#\s:]*)#([^)\s]+)\)/g)];
    const broken = links.filter(([, file, anchor]) => {
      const target = file === '' ? page : relative(ROOT, resolve(ROOT, dirname(page), file!));
      return target.endsWith('.md') && !anchorsOf(target).includes(anchor!);
    });
    expect(broken.map(([link]) => link)).toEqual([]);
  });

  it('are all in the README', () => {
    const guides = pages.filter((page) => page.startsWith('docs/guide/'));
    expect(guides.filter((guide) => !read('README.md').includes(`](${guide})`))).toEqual([]);
  });

  it('the topologies of the first steps and of the examples are valid', () => {
    const [, json = ''] = /```json\n(\{\n.*?)```/s.exec(read('docs/guide/first-steps.md')) ?? [];
    const withLogic = JSON.parse(read('examples/logic/topology.json'));
    for (const topology of [JSON.parse(json), withLogic, motionClips])
      expect(validateTopology(topology).problems).toEqual([]);
  });

  it('what the embedding guide and the example import is exported', () => {
    const imports = [read('docs/guide/embedding.md'), read('examples/gateway/main.ts')].flatMap((text) =>
      [...text.matchAll(/import \{([^}]+)\} from 'sluice'/g)].flatMap((match) => match[1]!.split(',')),
    );
    const values = imports
      .map((name) => name.trim())
      .filter((name) => !/^type /.test(name) && !/^(EngineStats|EventRecord)$/.test(name));
    expect(values.length).toBeGreaterThan(2);
    for (const name of values.map((each) => each.replace('type ', ''))) expect(entry).toHaveProperty(name);
  });
});
