import type { TrackKind } from '../../bridge/types.js';

/**
 * What flows along the edges of a topology: media, pictures and events. A node type says what it provides and what it
 * takes; whether two nodes can be connected follows from that, so no type needs to know another by name.
 */

/** The tracks of encoded media, in the words of AVA's output selectors. */
export const TRACK_KINDS: readonly TrackKind[] = ['video', 'audio', 'application'];

/** Where media comes from: directly from the camera, or only while a gate is open. */
export type MediaOrigin = 'camera' | 'gate';

/** What earlier nodes have found in the pictures. */
export type Finding = 'nothing' | 'motion' | 'objects' | 'people';

/** What events are about. */
export type Topic = 'messages' | 'deviceStates' | 'motion' | 'objects' | 'tracks' | 'people' | 'crossings';

/** A stream that a node gives to those behind it. */
export type Provided =
  | { stream: 'media'; tracks: readonly TrackKind[]; origin: MediaOrigin }
  | { stream: 'pictures'; found: Finding }
  | { stream: 'events'; topic: Topic };

/** A stream that a node takes from those in front of it. An absent list means all. */
export type Taken =
  | { stream: 'media'; tracks?: readonly TrackKind[]; origins?: readonly MediaOrigin[] }
  | { stream: 'pictures'; found?: readonly Finding[] }
  | { stream: 'events'; topics?: readonly Topic[] };

export interface OutputSelector {
  property: 'mediaType';
  operator: 'is' | 'isNot';
  value: TrackKind;
}

/** A selector of a document in which values may be missing. */
export type LooseSelector = { operator?: string | undefined; value?: string | undefined };

const admits = <T>(list: readonly T[] | undefined, item: T): boolean => list === undefined || list.includes(item);

/** The tracks that match all selectors. */
const selectedTracks = (tracks: readonly TrackKind[], selectors: readonly LooseSelector[]): TrackKind[] =>
  tracks.filter((track) =>
    selectors.every(({ operator, value }) => {
      if (operator === 'is') return track === value;
      return operator !== 'isNot' || track !== value;
    }),
  );

/**
 * The part of a stream that an input's selectors let through; undefined if there is none. Pictures count as video,
 * events as application data.
 */
const selected = (provided: Provided, selectors: readonly LooseSelector[]): Provided | undefined => {
  if (provided.stream === 'media') {
    const tracks = selectedTracks(provided.tracks, selectors);
    return tracks.length > 0 ? { ...provided, tracks } : undefined;
  }
  const kind: TrackKind = provided.stream === 'pictures' ? 'video' : 'application';
  return selectedTracks([kind], selectors).length > 0 ? provided : undefined;
};

/** The streams of a node that reach another node through an input with these selectors. */
export const carried = (
  provided: readonly Provided[],
  selectors: readonly LooseSelector[],
  takes: readonly Taken[],
): Provided[] =>
  provided.flatMap((stream) => {
    const left = selected(stream, selectors);
    return (left && taken(left, takes)) ?? [];
  });

/** The part of a provided stream that a node takes; undefined if there is none. */
export const taken = (provided: Provided, takes: readonly Taken[]): Provided | undefined => {
  for (const take of takes) {
    if (provided.stream === 'media' && take.stream === 'media' && admits(take.origins, provided.origin)) {
      const tracks = provided.tracks.filter((track) => admits(take.tracks, track));
      if (tracks.length > 0) return { ...provided, tracks };
    }
    if (provided.stream === 'pictures' && take.stream === 'pictures' && admits(take.found, provided.found)) {
      return provided;
    }
    if (provided.stream === 'events' && take.stream === 'events' && admits(take.topics, provided.topic)) {
      return provided;
    }
  }
  return undefined;
};
