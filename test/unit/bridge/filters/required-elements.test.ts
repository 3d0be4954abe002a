import { describe, expect, it } from 'vitest';
import { decoders, decodeText, ingestText, muxText } from '../../../../bridge/filters/pipeline-text.js';
import { requiredElements } from '../../../../bridge/filters/required-elements.js';

const byName = new Map(requiredElements().map((element) => [element.name, element]));

describe('the elements that the bridge needs', () => {
  it('are those that its launch texts name', () => {
    const texts = (['h264', 'h265'] as const).flatMap((codec) => [
      ingestText(codec, 4),
      muxText(codec, 4),
      ...[[true], [true, false, true]].map((shrunk) => decodeText(decoders[codec][0], 4, shrunk)),
    ]);
    // What stands at the start or behind a link, and is neither caps nor a reference to an element.
    const named = texts.flatMap((text) => [...text.matchAll(/(?:^|[!:.] |\. funnel\. )(?!\S*[/.])([a-z0-9_]+)/g)]);
    expect([...byName.keys()].sort()).toEqual([...new Set(named.map((match) => match[1]))].sort());
  });

  it('are used by filters, for codecs', () => {
    expect(byName.get('rtspsrc')).toMatchObject({ filters: ['ingest'], codecs: ['h264', 'h265'] });
    expect(byName.get('gdppay')).toMatchObject({ filters: ['ingest', 'decode'], codecs: ['h264', 'h265'] });
    expect(byName.get('h265parse')).toMatchObject({ filters: ['ingest', 'mux'], codecs: ['h265'] });
    expect(byName.get('funnel')).toMatchObject({ filters: ['decode'], codecs: ['h264', 'h265'] });
  });

  it('have alternatives where a host has the choice, and nowhere else', () => {
    expect(byName.get('avdec_h264')?.alternatives).toEqual(['openh264dec']);
    expect(byName.get('avdec_h265')?.alternatives).toEqual(['libde265dec']);
    const others = [...byName.values()].filter(({ name }) => !name.startsWith('avdec_'));
    expect(others.flatMap((element) => element.alternatives)).toEqual([]);
  });
});
