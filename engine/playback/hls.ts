import { TICKS } from '../archive/cuts.js';
import type { Mp4Track } from '../mp4/tracks.js';
import { initialisationName, isoOf, type ManifestContent, mediaName } from './dash.js';
import { bandwidthOf } from './pieces.js';

/** Live players stay three times this behind; in seconds. It may not change while somebody plays. */
const LIVE_TARGET = 6;

/** Where the playlists are that a master playlist names. */
export interface HlsAddresses {
  /** In front of their names: where the media is, relative to the master. */
  folder: string;
  /** As it was asked for. */
  start: string | undefined;
  end: string | undefined;
}

/**
 * The playlist that names the others: pictures, and sound if there is any (RFC 8216, with fragmented MP4). Those of what is
 * being recorded say where they begin, since nothing may go from them while they are played.
 */
export const hlsMaster = (content: ManifestContent, { folder, start, end }: HlsAddresses): string => {
  const { pieces, tracks, query, openEnded } = content;
  const format = pieces.at(-1)?.format;
  const all = format === undefined ? [] : (tracks.get(format) ?? []);
  const video = all.find(({ kind }) => kind === 'video');
  const sound = all.find(({ kind }) => kind === 'audio');
  const from = start ?? (openEnded && pieces[0] ? isoOf(pieces[0].start) : undefined);
  const range = [from && `,starttime=${encodeURIComponent(from)}`, end && `,endtime=${encodeURIComponent(end)}`];
  const address = (kind: Mp4Track['kind']): string =>
    `${folder}${kind}(format=m3u8-cmaf${range.filter(Boolean).join('')}).m3u8${query}`;
  const attributes = [
    `BANDWIDTH=${bandwidthOf(pieces)}`,
    ...(all.length > 0 ? [`CODECS="${all.map(({ codec }) => codec).join(',')}"`] : []),
    ...(video ? [`RESOLUTION=${video.width}x${video.height}`] : []),
    ...(sound ? ['AUDIO="sound"'] : []),
  ];
  return lines(
    '#EXTM3U',
    '#EXT-X-VERSION:7',
    '#EXT-X-INDEPENDENT-SEGMENTS',
    ...(sound
      ? [`#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="sound",NAME="sound",DEFAULT=YES,AUTOSELECT=YES,URI="${address('audio')}"`]
      : []),
    `#EXT-X-STREAM-INF:${attributes.join(',')}`,
    address('video'),
  );
};

/** The playlist of one kind of media. Gaps and changes of the stream are discontinuities; each run has its date. */
export const hlsMedia = (kind: Mp4Track['kind'], { pieces, tracks, live, query }: ManifestContent): string => {
  const longest = pieces.reduce((most, { start, end }) => Math.max(most, Math.ceil((end - start) / TICKS)), 1);
  const body: string[] = [];
  let before: (typeof pieces)[number] | undefined;
  for (const piece of pieces) {
    const { start, end, format } = piece;
    if (!tracks.get(format)?.some((each) => each.kind === kind)) continue;
    const isSeam = before !== undefined && before.format === format && start - before.end < TICKS / 5;
    if (before && !isSeam) body.push('#EXT-X-DISCONTINUITY');
    if (before?.format !== format) body.push(`#EXT-X-MAP:URI="${initialisationName(format, kind)}${query}"`);
    if (!isSeam) body.push(`#EXT-X-PROGRAM-DATE-TIME:${isoOf(start)}`);
    body.push(`#EXTINF:${((end - start) / TICKS).toFixed(5)},`, `${mediaName(start, kind)}${query}`);
    before = piece;
  }
  return lines(
    '#EXTM3U',
    '#EXT-X-VERSION:7',
    '#EXT-X-INDEPENDENT-SEGMENTS',
    `#EXT-X-TARGETDURATION:${live ? Math.max(LIVE_TARGET, longest) : longest}`,
    '#EXT-X-MEDIA-SEQUENCE:0',
    `#EXT-X-PLAYLIST-TYPE:${live ? 'EVENT' : 'VOD'}`,
    ...body,
    ...(live ? [] : ['#EXT-X-ENDLIST']),
  );
};

const lines = (...all: readonly string[]): string => `${all.join('\n')}\n`;
