import { describe, expect, it } from 'vitest';
import { SOUND_KINDS } from '../../../../bridge/filters/encoded-kind.js';
import { decoders, decodeText, encodeText, ingestText, stillText } from '../../../../bridge/filters/pipeline-text.js';
import { requiredElements } from '../../../../bridge/filters/required-elements.js';
import type { PictureFormat } from '../../../../bridge/pictures.js';

const byName = new Map(requiredElements().map((element) => [element.name, element]));

describe('the elements that the bridge needs', () => {
  it('are those that its launch texts name', () => {
    const texts = [
      ...(['h264', 'h265', 'mjpeg'] as const).flatMap((codec) => [
        ingestText(codec, 4),
        stillText(decoders[codec][0], 4),
        ...[['i420'], ['rgb', 'jpeg', 'i420', 'png'], ['bmp']].map((formats) =>
          decodeText(
            decoders[codec][0],
            4,
            formats.map((format) => ({ format: format as PictureFormat, shrunk: false, borders: true })),
          ),
        ),
      ]),
      ...[...SOUND_KINDS, 'mjpeg' as const].map((kind) => encodeText(kind, 4)),
    ];
    // What stands at the start or behind a link, and is neither caps nor a reference to an element.
    const named = texts.flatMap((text) => [...text.matchAll(/(?:^|[!:.] |\. funnel\. )(?!\S*[/.])([a-z0-9_]+)/g)]);
    expect([...byName.keys()].sort()).toEqual([...new Set(named.map((match) => match[1]))].sort());
  });

  it('are used by filters, for what cameras send', () => {
    expect(byName.get('appsrc')).toMatchObject({ filters: ['ingest'], media: ['h264', 'h265', 'mjpeg'] });
    expect(byName.get('x264enc')).toMatchObject({ filters: ['encode'], media: ['mjpeg'] });
    expect(byName.get('alawdec')).toMatchObject({ filters: ['encode'], media: ['sound'] });
    expect(byName.get('funnel')).toMatchObject({ filters: ['decode'], media: ['h264', 'h265', 'mjpeg'] });
  });

  it('have alternatives where a host has the choice, and nowhere else', () => {
    expect(byName.get('avdec_h264')?.alternatives).toEqual(['openh264dec']);
    expect(byName.get('avdec_h265')?.alternatives).toEqual(['libde265dec']);
    expect(byName.get('jpegdec')?.alternatives).toEqual(['avdec_mjpeg']);
    const others = [...byName.values()].filter(({ name }) => !/^avdec_h|^jpegdec$/.test(name));
    expect(others.flatMap((element) => element.alternatives)).toEqual([]);
  });
});
