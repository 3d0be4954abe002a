import type { HostStats, VideoCodec } from '../types.js';
import { decoders, decodeText, ingestText, muxText } from './pipeline-text.js';

/** An element of GStreamer that some pipeline is made of. */
export interface RequiredElement {
  /** Its factory: `rtspsrc`. */
  name: string;
  /** Factories that do instead, best first; without any this one must be there. */
  alternatives: readonly string[];
  /** The filters that use it. */
  filters: readonly HostStats['role'][];
  /** The codecs for which it is used. */
  codecs: readonly VideoCodec[];
}

/** All elements that the launch texts name, in the order in which they are first named. */
export const requiredElements = (): RequiredElement[] => {
  const found = new Map<
    string,
    { alternatives: Set<string>; filters: Set<HostStats['role']>; codecs: Set<VideoCodec> }
  >();
  for (const { filter, codec, texts } of launchTexts()) {
    const [best = [], ...others] = texts.map(factoriesIn);
    for (const name of best) {
      const element = found.get(name) ?? { alternatives: new Set(), filters: new Set(), codecs: new Set() };
      found.set(name, element);
      element.filters.add(filter);
      element.codecs.add(codec);
      // Where a text does without this element, what it has and the best text has not stands in for it.
      for (const other of others) {
        if (other.includes(name)) continue;
        for (const each of other) if (!best.includes(each)) element.alternatives.add(each);
      }
    }
  }
  return [...found].map(([name, { alternatives, filters, codecs }]) => ({
    ...{ name, alternatives: [...alternatives], filters: [...filters], codecs: [...codecs] },
  }));
};

/** A lane's descriptor, which the texts need and which says nothing of their elements. */
const ANY_FD = 4;

/** Every text that a host may be asked for: for each filter and codec, best first. */
const launchTexts = (): { filter: HostStats['role']; codec: VideoCodec; texts: string[] }[] =>
  (['h264', 'h265'] as const).flatMap((codec) => [
    { filter: 'ingest' as const, codec, texts: [ingestText(codec, ANY_FD)] },
    ...[[false], [false, true]].map((shrunk) => ({
      ...{ filter: 'decode' as const, codec, texts: decoders[codec].map((each) => decodeText(each, ANY_FD, shrunk)) },
    })),
    { filter: 'mux' as const, codec, texts: [muxText(codec, ANY_FD)] },
  ]);

/** In a launch text `name=value` is a property, `video/…` are caps, `tee.` refers to an element, `!` and `:` link. */
const factoriesIn = (text: string): string[] => text.split(/\s+/).filter((word) => /^[a-z][a-z0-9_]*$/.test(word));
