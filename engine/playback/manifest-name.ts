import type { Mp4Track } from '../mp4/tracks.js';

/** A manifest that somebody asks for. */
export interface ManifestName {
  format: 'dash' | 'hls';
  /** Of HLS, which of its playlists; undefined for the one that names the others. */
  kind: Mp4Track['kind'] | undefined;
  /** As they were asked for. */
  start: string | undefined;
  end: string | undefined;
}

const NAME = /^(manifest|video|audio)(?:\(([^()]*)\))?\.(mpd|m3u8)$/;
const FORMATS: Readonly<Record<string, ManifestName['format']>> = {
  'mpd-time-cmaf': 'dash',
  'm3u8-cmaf': 'hls',
  'm3u8-aapl': 'hls',
};

/**
 * Reads AVA's names of manifests: `manifest(format=mpd-time-cmaf,starttime=2026-11-27,endtime=2026-11-28).mpd`, and those of
 * the playlists behind one. Undefined for what is none.
 */
export const manifestOf = (file: string): ManifestName | undefined => {
  const found = NAME.exec(file);
  if (!found) return undefined;
  const [, what, list = '', extension] = found;
  const given = new Map<string, string>();
  for (const each of list === '' ? [] : list.split(',')) {
    const at = each.indexOf('=');
    if (at < 1) return undefined;
    given.set(each.slice(0, at).trim().toLowerCase(), each.slice(at + 1).trim());
  }
  const byExtension = extension === 'mpd' ? 'dash' : 'hls';
  const format = given.has('format') ? FORMATS[given.get('format')!.toLowerCase()] : byExtension;
  if (format !== byExtension || (format === 'dash' && what !== 'manifest')) return undefined;
  return {
    format,
    kind: what === 'manifest' ? undefined : (what as Mp4Track['kind']),
    start: given.get('starttime'),
    end: given.get('endtime'),
  };
};
