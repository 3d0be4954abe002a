import { TICKS } from '../archive/cuts.js';
import { AVA_EVENTS } from '../mp4/emsg.js';
import type { Mp4Track } from '../mp4/tracks.js';
import { bandwidthOf, longestOf, type Piece } from './pieces.js';

/** What a manifest is about. */
export interface ManifestContent {
  pieces: readonly Piece[];
  /** By format, the tracks of the pieces that have it. */
  tracks: ReadonlyMap<string, readonly Mp4Track[]>;
  /** More is being recorded. */
  live: boolean;
  /** It was asked for without an end: more may come, now or later, and its times must not move when it does. */
  openEnded: boolean;
  /** Now, in ticks since the epoch. */
  now: number;
  /** Put behind each address: `?token=…`, or nothing. */
  query: string;
}

/** Address of an initialisation segment, relative to the manifest. */
export const initialisationName = (format: string, kind: Mp4Track['kind']): string => `init-${format}-${kind}.mp4`;

/** Address of one kind of media of the piece that begins at a tick, relative to the manifest. */
export const mediaName = (start: number | string, kind: Mp4Track['kind']): string => `media-${start}-${kind}.m4s`;

/** How often players ask for the manifest of what is being recorded, in seconds. */
const UPDATE_SECONDS = 2;
/** What media takes at most from the camera to the disk, where it can be served. */
const WRITE_SECONDS = 2;

/**
 * A DASH manifest, with times of the wall clock, and gaps stay gaps. What cannot be played on from what is before it begins a
 * period of its own.
 *
 * With an end, presentation time 0 is the first picture. Without one it is the epoch: players ask again and again, and what
 * has become too old must not move what they know.
 */
export const dashManifest = (content: ManifestContent): string => {
  const { pieces, live, openEnded, now } = content;
  const first = openEnded ? 0 : (pieces[0]?.start ?? now);
  const last = pieces.at(-1)?.end ?? first;
  const periods = periodsOf(pieces);
  const attributes = live
    ? [
        ['type', 'dynamic'],
        ['availabilityStartTime', isoOf(first)],
        ['publishTime', isoOf(now)],
        ['minimumUpdatePeriod', `PT${UPDATE_SECONDS}S`],
        ['suggestedPresentationDelay', `PT${Math.ceil(longestOf(pieces)) + UPDATE_SECONDS + WRITE_SECONDS}S`],
      ]
    : [
        ['type', 'static'],
        ['mediaPresentationDuration', durationOf(last - first)],
      ];
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<MPD xmlns="urn:mpeg:dash:schema:mpd:2011" profiles="urn:mpeg:dash:profile:isoff-live:2011" minBufferTime="PT2S" ${attributesOf(attributes)}>`,
    ...periods.flatMap((period, index) =>
      periodLines(period, first, content, { index, isLast: index + 1 === periods.length }),
    ),
    ...(live ? [`<UTCTiming schemeIdUri="urn:mpeg:dash:utc:direct:2014" value="${isoOf(now)}"/>`] : []),
    '</MPD>',
    '',
  ].join('\n');
};

const periodsOf = (pieces: readonly Piece[]): Piece[][] => {
  const periods: Piece[][] = [];
  for (const piece of pieces) {
    const last = periods.at(-1);
    if (last?.[0]?.format === piece.format) last.push(piece);
    else periods.push([piece]);
  }
  return periods;
};

const periodLines = (
  pieces: readonly Piece[],
  first: number,
  content: ManifestContent,
  { index, isLast }: { index: number; isLast: boolean },
): string[] => {
  const { start, format } = pieces[0]!;
  // The first period goes back to time 0, so that it stays the same one when media at its beginning is removed.
  const from = index === 0 ? first : start;
  const attributes = [
    ['id', index === 0 ? 'first' : `${start}`],
    ['start', durationOf(from - first)],
    ...(content.live && isLast ? [] : [['duration', durationOf(pieces.at(-1)!.end - from)]]),
  ];
  return [
    `<Period ${attributesOf(attributes)}>`,
    ...(content.tracks.get(format) ?? []).flatMap((track) => setLines(pieces, from, track, content)),
    '</Period>',
  ];
};

const setLines = (
  pieces: readonly Piece[],
  from: number,
  { kind, codec, width, height, sampleRate }: Mp4Track,
  { query }: ManifestContent,
): string[] => {
  const { format } = pieces[0]!;
  const common = [
    ['contentType', kind],
    ['mimeType', `${kind}/mp4`],
    ['segmentAlignment', 'true'],
    ['startWithSAP', '1'],
  ];
  const template = [
    ['timescale', String(TICKS)],
    ['presentationTimeOffset', String(from)],
    ['initialization', `${initialisationName(format, kind)}${query}`],
    ['media', `${mediaName('$Time$', kind)}${query}`],
  ];
  const shape =
    kind === 'video'
      ? [
          ['width', String(width)],
          ['height', String(height)],
        ]
      : [['audioSamplingRate', String(sampleRate)]];
  const representation = [['id', kind], ['codecs', codec], ['bandwidth', String(bandwidthOf(pieces))], ...shape];
  return [
    `<AdaptationSet ${attributesOf(common)}>`,
    ...(kind === 'video' ? [`<InbandEventStream schemeIdUri="${AVA_EVENTS}" value=""/>`] : []),
    `<SegmentTemplate ${attributesOf(template)}>`,
    '<SegmentTimeline>',
    ...pieces.map((piece) => `<S t="${piece.start}" d="${piece.end - piece.start}"/>`),
    '</SegmentTimeline>',
    '</SegmentTemplate>',
    `<Representation ${attributesOf(representation)}/>`,
    '</AdaptationSet>',
  ];
};

const attributesOf = (attributes: readonly (readonly string[])[]): string =>
  attributes.map(([name, value]) => `${name}="${escaped(value ?? '')}"`).join(' ');

const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

const durationOf = (ticks: number): string => `PT${(ticks / TICKS).toFixed(6)}S`;

/** A tick as a time in UTC. */
export const isoOf = (ticks: number): string => new Date(Math.floor((ticks * 1000) / TICKS)).toISOString();
