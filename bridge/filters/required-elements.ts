import type { PictureFormat, VideoCodec } from '../types.js';
import { SOUND_KINDS } from './encoded-kind.js';
import { decoders, decodeText, encodeText, ingestText, stillText } from './pipeline-text.js';

/** What some cameras send and others do not. */
export type Medium = VideoCodec | 'sound';

export type FilterKind = 'ingest' | 'decode' | 'encode';

/** An element of GStreamer that some pipeline is made of. */
export interface RequiredElement {
  /** Its factory: `rtph264depay`. */
  name: string;
  /** Factories that do instead, best first; without any this one must be there. */
  alternatives: readonly string[];
  /** The filters that use it. */
  filters: readonly FilterKind[];
  /** What it is used for. `sound` only where pictures do without it. */
  media: readonly Medium[];
}

/** All elements that the launch texts name, in the order in which they are first named. */
export const requiredElements = (): RequiredElement[] => {
  const found = new Map<string, { alternatives: Set<string>; filters: Set<FilterKind>; media: Set<Medium> }>();
  for (const { filter, medium, texts } of launchTexts()) {
    const [best = [], ...others] = texts.map(factoriesIn);
    for (const name of best) {
      const element = found.get(name) ?? { alternatives: new Set(), filters: new Set(), media: new Set() };
      if (medium === 'sound' && element.media.size > 0 && !element.media.has('sound')) continue;
      found.set(name, element);
      element.filters.add(filter);
      element.media.add(medium);
      // Where a text does without this element, what it has and the best text has not stands in for it.
      for (const other of others) {
        if (other.includes(name)) continue;
        for (const each of other) if (!best.includes(each)) element.alternatives.add(each);
      }
    }
  }
  return [...found].map(([name, { alternatives, filters, media }]) => ({
    ...{ name, alternatives: [...alternatives], filters: [...filters], media: [...media] },
  }));
};

/** A lane's descriptor, which the texts need and which says nothing of their elements. */
const ANY_FD = 4;

/** One picture, and one of every kind. */
const BRANCHES = [['i420'], ['i420', 'jpeg', 'png', 'bmp']].map((formats) =>
  formats.map((format) => ({ format: format as PictureFormat, shrunk: false, borders: false })),
);

/** Every text that a host may be asked for: for each filter and medium, best first. */
const launchTexts = (): { filter: FilterKind; medium: Medium; texts: string[] }[] => [
  ...(['h264', 'h265', 'mjpeg'] as const).flatMap((codec) => [
    { filter: 'ingest' as const, medium: codec, texts: [ingestText(codec, ANY_FD)] },
    ...BRANCHES.map((shapes) => ({
      ...{ filter: 'decode' as const, medium: codec },
      texts: decoders[codec].map((each) => decodeText(each, ANY_FD, shapes)),
    })),
    { filter: 'decode' as const, medium: codec, texts: decoders[codec].map((each) => stillText(each, ANY_FD)) },
  ]),
  { filter: 'encode', medium: 'mjpeg', texts: [encodeText('mjpeg', ANY_FD)] },
  ...SOUND_KINDS.map((sound) => ({
    ...{ filter: 'encode' as const, medium: 'sound' as const, texts: [encodeText(sound, ANY_FD)] },
  })),
];

/** In a launch text `name=value` is a property, `video/…` are caps, `tee.` refers to an element, `!` and `:` link. */
const factoriesIn = (text: string): string[] => text.split(/\s+/).filter((word) => /^[a-z][a-z0-9_]*$/.test(word));
