import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';

const ROOT = resolve(import.meta.dirname, '../..');

const sourcesBelow = (folder: string): string[] =>
  readdirSync(join(ROOT, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
    .map((entry) => relative(ROOT, join(entry.parentPath, entry.name)));

const IMPORT =
  /^\s*(?:import|export)\b[^'"]*?from\s+['"]([^'"]+)['"]|^\s*import\s+['"]([^'"]+)['"]|import\(\s*['"]([^'"]+)['"]\s*\)/gm;

/** What a file imports: paths from the project's root for its own files, names for packages. */
function importsOf(file: string): string[] {
  const text = readFileSync(join(ROOT, file), 'utf8');
  return [...text.matchAll(IMPORT)].map((match) => {
    const target = match[1] ?? match[2] ?? match[3] ?? '';
    if (!target.startsWith('.')) return target;
    // The kernels' compiler adds the extension itself.
    return relative(ROOT, resolve(ROOT, dirname(file), target)).replace(/(?:\.js|\.ts)?$/, '.ts');
  });
}

/**
 * The rooms of engine/ from the ground up. A file imports from its own room and from lower floors. Files directly in
 * engine/ are rooms of their own.
 */
const FLOORS: readonly (readonly string[])[] = [
  ['core'],
  ['log', 'store', 'metrics', 'gate', 'topology', 'onvif', 'simulator', 'mp4'],
  ['events', 'config', 'mux'],
  ['camera', 'hub', 'api', 'data-folder', 'inference', 'spatial'],
  ['recording', 'client-api', 'live', 'tunnel', 'motion-history', 'webhooks', 'configuration.ts', 'host-sandbox.ts'],
  ['archive', 'running-service.ts', 'measured-journal.ts'],
  ['playback', 'stills', 'export', 'page'],
  ['nodes', 'doctor'],
  ['pipeline'],
  ['cameras-added', 'stats-types.ts'],
  ['control', 'stats.ts'],
  ['camera-info.ts'],
  ['camera-list.ts'],
  ['camera-routes.ts'],
  ['engine-options.ts'],
  ['engine-parts.ts'],
  ['embedding'],
  ['parts-of.ts'],
  ['engine.ts'],
  ['resource-routes.ts', 'interfaces.ts'],
  ['service.ts'],
  ['fleet'],
  ['cli', 'index.ts'],
];

/** The rooms of page/, likewise. */
const PAGE_FLOORS: readonly (readonly string[])[] = [
  ['core', 'vite.config.ts'],
  ['time'],
  ['api'],
  ['media'],
  ['state'],
  ['parts'],
  ['timeline'],
  ['stage'],
  ['views'],
  ['main.ts'],
];

/** The only files that know every node type: what they are, and how they are written. */
const NODE_TABLES = ['engine/nodes/table.ts', 'engine/nodes/documents.ts'];

const roomOf = (file: string): string => file.split('/')[1]!;

const files = ['engine', 'bridge', 'wasm', 'bench', 'examples', 'infer', 'page'].flatMap(sourcesBelow);
const graph = new Map(files.map((file) => [file, importsOf(file)]));
const within = (path: string, folder: string) => path.startsWith(`${folder}/`);

/** Every import that breaks a rule, as `from -> to`. */
const breaking = (rule: (from: string, to: string) => boolean): string[] =>
  [...graph].flatMap(([from, targets]) => targets.filter((to) => rule(from, to)).map((to) => `${from} -> ${to}`));

describe('imports', () => {
  it('are found at all', () => {
    expect(graph.get('engine/camera/session.ts')).toContain('engine/camera/gop-ring.ts');
  });

  it('never lead from the bridge or the kernels to another part', () => {
    expect(
      breaking(
        (from, to) =>
          (within(from, 'bridge') &&
            ['engine', 'wasm', 'bench', 'examples', 'infer', 'page', 'test'].some((part) => within(to, part))) ||
          (within(from, 'wasm') &&
            ['engine', 'bridge', 'bench', 'examples', 'infer', 'page', 'test'].some((part) => within(to, part))),
      ),
    ).toEqual([]);
  });

  it('never lead from the engine to benchmarks, examples, the page or tests', () => {
    expect(
      breaking(
        (from, to) => within(from, 'engine') && ['bench', 'examples', 'page', 'test'].some((part) => within(to, part)),
      ),
    ).toEqual([]);
  });

  it('never lead out of the page, which runs in browsers', () => {
    const parts = ['engine', 'bridge', 'wasm', 'bench', 'examples', 'infer', 'test'];
    const isNode = (to: string) => to.startsWith('node:');
    expect(
      breaking((from, to) => within(from, 'page') && (isNode(to) || parts.some((part) => within(to, part)))).filter(
        (edge) => !edge.startsWith('page/vite.config.ts'),
      ),
    ).toEqual([]);
  });

  it('load native media code in the bridge hosts only', () => {
    expect(breaking((from, to) => to === 'gstreamer-superficial' && !within(from, 'bridge/child'))).toEqual([]);
  });

  it('load the hosts from nowhere: they are processes', () => {
    expect(breaking((from, to) => within(to, 'bridge/child') && !within(from, 'bridge/child'))).toEqual([]);
  });

  describe.each([
    ['engine', FLOORS],
    ['page', PAGE_FLOORS],
  ])('inside %s/', (part, floors) => {
    const floorOf = (room: string): number => floors.findIndex((rooms) => rooms.includes(room));

    it('belong to rooms that each have one floor', () => {
      const rooms = floors.flat();
      expect(new Set(rooms).size).toBe(rooms.length);
      const found = files.filter((file) => within(file, part)).map(roomOf);
      expect([...new Set(found)].sort()).toEqual([...rooms].sort());
    });

    it('never run up, nor across to a room of the same floor', () => {
      expect(
        breaking((from, to) => within(from, part) && within(to, part) && roomOf(from) !== roomOf(to)).filter((edge) => {
          const [from, to] = edge.split(' -> ').map(roomOf);
          return floorOf(to!) >= floorOf(from!);
        }),
      ).toEqual([]);
    });
  });

  it('never lead into another node type', () => {
    const typeOf = (file: string): string | undefined => /^engine\/nodes\/([\w-]+)\//.exec(file)?.[1];
    expect(
      breaking((from, to) => typeOf(to) !== undefined && typeOf(from) !== typeOf(to) && !NODE_TABLES.includes(from)),
    ).toEqual([]);
  });

  it('load the inference server when its command runs, and nowhere else', () => {
    expect(breaking((from, to) => within(to, 'infer') && !within(from, 'infer'))).toEqual([
      'engine/cli/infer.ts -> infer/index.ts',
    ]);
    const command = readFileSync(join(ROOT, 'engine/cli/infer.ts'), 'utf8');
    expect(command).toContain("await import('../../infer/index.js')");
  });

  it('have no cycles', () => {
    const state = new Map<string, 'open' | 'done'>();
    const cycles: string[] = [];
    const visit = (file: string, path: string[]): void => {
      if (state.get(file) === 'done') return;
      if (state.get(file) === 'open') {
        cycles.push([...path.slice(path.indexOf(file)), file].join(' -> '));
        return;
      }
      state.set(file, 'open');
      for (const target of graph.get(file) ?? []) if (graph.has(target)) visit(target, [...path, file]);
      state.set(file, 'done');
    };
    for (const file of graph.keys()) visit(file, []);
    expect(cycles).toEqual([]);
  });
});
