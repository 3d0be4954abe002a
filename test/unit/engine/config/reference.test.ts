import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { loadConfig } from '../../../../engine/config/index.js';
import { configurationReference, sampleConfig } from '../../../../engine/config/reference.js';
import { schema } from '../../../../engine/config/schema.js';
import { type AnySection, settingsOf } from '../../../../engine/config/setting.js';

const pathOf = (name: string): string => fileURLToPath(new URL(`../../../../${name}`, import.meta.url));
const documents = { 'docs/ref/configuration.md': configurationReference(), 'examples/sluice.yaml': sampleConfig() };

// SLUICE_UPDATE_DOCS=1 writes them anew after the schema has changed.
if (process.env['SLUICE_UPDATE_DOCS']) {
  for (const [name, text] of Object.entries(documents)) writeFileSync(pathOf(name), text);
}

describe('what is written about the configuration', () => {
  it.each(Object.entries(documents))('%s is what the schema says', (name, text) => {
    expect(readFileSync(pathOf(name), 'utf8')).toBe(text);
  });

  it('the sample is valid and states the defaults', () => {
    const bare = loadConfig({ env: {}, workingDir: pathOf('examples') }).config;
    const { config } = loadConfig({ file: pathOf('examples/sluice.yaml'), env: {} });
    expect({ ...config, dataDir: '' }).toEqual({ ...bare, dataDir: '' });
    expect(config.dataDir).toBe(pathOf('examples/data'));
  });

  it('the sample names every setting', () => {
    const text = sampleConfig();
    for (const { path } of settingsOf(schema as unknown as AnySection)) {
      expect(text).toMatch(new RegExp(`^ *(# )?${path.split('.').at(-1)}:`, 'm'));
    }
  });
});
