import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { NODE_TYPES, nodeTable } from '../../../../engine/nodes/table.js';
import { shortType } from '../../../../engine/topology/node-definition.js';
import { nodeReference } from '../../../../engine/topology/node-reference.js';

const FILE = fileURLToPath(new URL('../../../../docs/ref/nodes.md', import.meta.url));
const text = nodeReference(nodeTable);

// SLUICE_UPDATE_DOCS=1 writes it anew after the schema has changed.
if (process.env['SLUICE_UPDATE_DOCS']) writeFileSync(FILE, text);

describe('docs/ref/nodes.md', () => {
  it('is what the schema says', () => {
    expect(readFileSync(FILE, 'utf8')).toBe(text);
  });

  it('has a section for every node type, and every property in it', () => {
    for (const { type, schema } of NODE_TYPES) {
      const section = text.split(`### ${shortType(type)}\n`)[1]?.split('\n### ')[0] ?? '';
      expect(section).toContain(`\`${type}\``);
      const { properties } = schema as unknown as { properties: Record<string, unknown> };
      for (const name of Object.keys(properties).filter((one) => one !== '@type'))
        expect(section).toContain(`| \`${name}\``);
    }
  });

  it('every link leads to a heading', () => {
    const headings = new Set([...text.matchAll(/^### (.+)$/gm)].map((match) => match[1]!.toLowerCase()));
    const links = [...text.matchAll(/\]\(#([^)]+)\)/g)].map((match) => match[1]!);
    expect(links.length).toBeGreaterThan(10);
    for (const link of links) expect(headings).toContain(link);
  });
});
