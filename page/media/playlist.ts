/** HLS playlists (RFC 8216), as far as the engine writes them. */

/** Media that is fetched at once. Times in ms since the epoch. */
export interface Piece {
  start: number;
  end: number;
  /** Relative to the playlist. */
  uri: string;
  /** Of the header that it needs. */
  header: string;
}

export interface Master {
  video: string;
  audio?: string;
}

export const readMaster = (text: string): Master | undefined => {
  const lines = linesOf(text);
  const at = lines.findIndex((line) => line.startsWith('#EXT-X-STREAM-INF:'));
  const video = at === -1 ? undefined : lines.slice(at + 1).find((line) => !line.startsWith('#'));
  if (video === undefined) return undefined;
  const sound = lines.find((line) => line.startsWith('#EXT-X-MEDIA:') && line.includes('TYPE=AUDIO'));
  const audio = sound && /URI="([^"]+)"/.exec(sound)?.[1];
  return audio === undefined ? { video } : { video, audio };
};

export const readPlaylist = (text: string): Piece[] => {
  const pieces: Piece[] = [];
  let header = '';
  let start = Number.NaN;
  let duration = 0;
  for (const line of linesOf(text)) {
    if (line.startsWith('#EXT-X-MAP:')) header = /URI="([^"]+)"/.exec(line)?.[1] ?? '';
    else if (line.startsWith('#EXT-X-PROGRAM-DATE-TIME:')) start = Date.parse(line.slice(line.indexOf(':') + 1));
    else if (line.startsWith('#EXTINF:')) duration = Number.parseFloat(line.slice(8)) * 1000;
    else if (!line.startsWith('#')) {
      if (!Number.isNaN(start)) pieces.push({ start, end: start + duration, uri: line, header });
      start += duration;
    }
  }
  return pieces;
};

const linesOf = (text: string): string[] =>
  text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
