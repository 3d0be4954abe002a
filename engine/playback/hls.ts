import { TICKS } from '../archive/cuts.js';
import type { Mp4Track } from '../mp4/tracks.js';
import { initialisationName, type ManifestContent, mediaName } from './dash.js';

/** Address of the playlist of one kind of media, relative to the manifest; `range` as it was asked for. */
const playlistName = (kind: Mp4Track['kind'], range: string): string => `${kind}(format=m3u8-cmaf${range}).m3u8`;

/**
 * The playlist that names the others: pictures, and sound if there is any (RFC 8216, with fragmented MP4).
 * @param range of the manifest, as it was asked for: `,starttime=…,endtime=…` or empty
 */
export const hlsMaster = ({ pieces, tracks, query }: ManifestContent, range: string): string => {
  const format = pieces.at(-1)?.format;
  const all = format === undefined ? [] : (tracks.get(format) ?? []);
  const video = all.find(({ kind }) => kind === 'video');
  const sound = all.find(({ kind }) => kind === 'audio');
  const attributes = [
    'BANDWIDTH=4000000',
    ...(all.length > 0 ? [`CODECS="${all.map(({ codec }) => codec).join(',')}"`] : []),
    ...(video ? [`RESOLUTION=${video.width}x${video.height}`] : []),
    ...(sound ? ['AUDIO="sound"'] : []),
  ];
  return lines(
    '#EXTM3U',
    '#EXT-X-VERSION:7',
    '#EXT-X-INDEPENDENT-SEGMENTS',
    ...(sound
      ? [
          `#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="sound",NAME="sound",DEFAULT=YES,AUTOSELECT=YES,URI="${playlistName('audio', range)}${query}"`,
        ]
      : []),
    `#EXT-X-STREAM-INF:${attributes.join(',')}`,
    `${playlistName('video', range)}${query}`,
  );
};

/** The playlist of one kind of media. Gaps and changes of the stream are discontinuities; each run has its date. */
export const hlsMedia = (kind: Mp4Track['kind'], { pieces, tracks, live, query }: ManifestContent): string => {
  const longest = Math.max(1, ...pieces.map(({ start, end }) => Math.ceil((end - start) / TICKS)));
  const body: string[] = [];
  let before: (typeof pieces)[number] | undefined;
  for (const piece of pieces) {
    const { start, end, format } = piece;
    if (!tracks.get(format)?.some((each) => each.kind === kind)) continue;
    const isSeam = before !== undefined && before.format === format && start - before.end < TICKS / 5;
    if (before && !isSeam) body.push('#EXT-X-DISCONTINUITY');
    if (before?.format !== format) body.push(`#EXT-X-MAP:URI="${initialisationName(format, kind)}${query}"`);
    if (!isSeam) body.push(`#EXT-X-PROGRAM-DATE-TIME:${new Date(Math.floor((start * 1000) / TICKS)).toISOString()}`);
    body.push(`#EXTINF:${((end - start) / TICKS).toFixed(5)},`, `${mediaName(start, kind)}${query}`);
    before = piece;
  }
  return lines(
    '#EXTM3U',
    '#EXT-X-VERSION:7',
    '#EXT-X-INDEPENDENT-SEGMENTS',
    `#EXT-X-TARGETDURATION:${longest}`,
    '#EXT-X-MEDIA-SEQUENCE:0',
    `#EXT-X-PLAYLIST-TYPE:${live ? 'EVENT' : 'VOD'}`,
    ...body,
    ...(live ? [] : ['#EXT-X-ENDLIST']),
  );
};

const lines = (...all: readonly string[]): string => `${all.join('\n')}\n`;
