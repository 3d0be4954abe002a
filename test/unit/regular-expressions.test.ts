import { readdirSync, readFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { checkSync } from 'recheck';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';

const ROOT = resolve(import.meta.dirname, '../..');
const FOLDERS = ['engine', 'bridge', 'wasm', 'bench', 'scripts', 'examples'];

/** What `new RegExp` makes in the files that use it, for names as they may come. */
const BUILT: Readonly<Record<string, readonly (readonly [source: string, flags: string])[]>> = {
  'bench/density/processes.ts': [['^Rss:\\s+(\\d+) kB$', 'm']],
  'bridge/filters/caps.ts': [['(?:^|[,;\\s])width=(?:\\([^)]*\\))?\\s*"?([^,;"\\s]+)', '']],
  'engine/recording/file-name.ts': [['^P-\\d{8}T\\d{6}\\.\\d{3}Z(-\\d{1,5})?\\.mp4$', 'u']],
  // Two names in one level would take quadratic time; `match` refuses long topics for them.
  'engine/hub/topic-template.ts': [
    ['^sluice/avaedge/inputs/([^/]+)/([^/]+)$', 's'],
    ['^\\$iothub/methods/POST/([^/]+)/\\?\\$rid=([^/]+)$', 's'],
    ['^devices/d/modules/m/inputs/([^/]+)(?:/(.*))?$', 's'],
  ],
};

interface Found {
  place: string;
  source: string;
  flags: string;
}

const sources = FOLDERS.flatMap((folder) =>
  readdirSync(join(ROOT, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.(ts|js|mjs)$/.test(entry.name))
    .map((entry) => relative(ROOT, join(entry.parentPath, entry.name)))
    .filter((file) => !file.includes('node_modules')),
);

const literals: Found[] = [];
const builders = new Set<string>();

for (const file of sources) {
  const tree = ts.createSourceFile(file, readFileSync(join(ROOT, file), 'utf8'), ts.ScriptTarget.Latest, true);
  const visit = (node: ts.Node): void => {
    if (ts.isRegularExpressionLiteral(node)) {
      const end = node.text.lastIndexOf('/');
      const { line } = tree.getLineAndCharacterOfPosition(node.getStart());
      literals.push({
        place: `${file}:${line + 1}`,
        source: node.text.slice(1, end),
        flags: node.text.slice(end + 1),
      });
    }
    const made = ts.isNewExpression(node) || ts.isCallExpression(node) ? node.expression : undefined;
    if (made && ts.isIdentifier(made) && made.text === 'RegExp') builders.add(file);
    ts.forEachChild(node, visit);
  };
  visit(tree);
}

/** With what input it would take more than linear time. */
const weakness = ({ place, source, flags }: Found): string[] => {
  const verdict = checkSync(source, flags, { timeout: 60_000 });
  if (verdict.status === 'safe') return [];
  const why =
    verdict.status === 'vulnerable' ? `${verdict.complexity.summary}: ${verdict.attack.pattern}` : verdict.error.kind;
  return [`${place} /${source}/${flags}: ${why}`];
};

describe('every regular expression', () => {
  it('is found', () => {
    expect(literals.length).toBeGreaterThan(100);
    expect([...builders].sort()).toEqual(Object.keys(BUILT).sort());
  });

  // Texts come from cameras, brokers and strangers; an expression that tries every division of a text stops the engine.
  it('takes linear time, whatever the text', { timeout: 300_000 }, () => {
    const built = Object.entries(BUILT).flatMap(([place, patterns]) =>
      patterns.map(([source, flags]) => ({ place, source, flags })),
    );
    expect([...literals, ...built].flatMap(weakness)).toEqual([]);
  });

  it('would be told of if it did not', () => {
    expect(weakness({ place: 'here', source: '(a+)+$', flags: '' })).toHaveLength(1);
    expect(weakness({ place: 'here', source: '\\s+$', flags: 'g' })).toHaveLength(1);
  });
});
