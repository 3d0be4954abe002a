import { formatFailure } from './failures.js';
import type { SdpFormat, SdpMedia, SessionDescription } from './types.js';

/** A track of a description that is wanted, with the format in which it is taken. */
export interface OfferedTrack {
  kind: 'video' | 'audio' | 'application';
  media: SdpMedia;
  format: SdpFormat;
}

/** Which formats can be taken. Of several the camera's order decides. */
export interface Wanted {
  video(format: SdpFormat): boolean;
  audio(format: SdpFormat): boolean;
  /** ONVIF's metadata. */
  metadata(format: SdpFormat): boolean;
}

export interface ChosenTracks {
  video: OfferedTrack;
  audio: OfferedTrack | undefined;
  /** Encodings of audio that the camera offers, of which none can be taken. */
  unknownAudio: string[];
  metadata: OfferedTrack | undefined;
  /** Encodings of all metadata that the camera offers. */
  offeredMetadata: string[];
}

/** At most one track of each kind: the first that can be taken. Throws a ProbeFailure when that leaves no video. */
export const chooseTracks = (label: string, { media }: SessionDescription, wanted: Wanted): ChosenTracks => {
  const video = firstOf('video', media, wanted.video);
  if (video === undefined) throw formatFailure(label, media);
  const heard = media.filter((each) => each.media === 'audio' && !isLoudspeaker(each, video.media));
  const audio = firstOf('audio', heard, wanted.audio);
  const unknownAudio = audio
    ? []
    : heard.flatMap(({ formats }) => formats.map(({ encoding }) => encoding || 'unknown'));
  const metadata = firstOf('application', media, wanted.metadata);
  const offeredMetadata = media
    .filter((each) => each.media === 'application')
    .flatMap(({ formats }) => formats.map(({ encoding }) => encoding))
    .filter((encoding) => encoding.startsWith(METADATA));
  return { video, audio, unknownAudio, metadata, offeredMetadata };
};

/** As XML; what is packed in some way has more behind it (ONVIF Streaming 5.2.1). */
export const METADATA = 'VND.ONVIF.METADATA';

const firstOf = (
  kind: OfferedTrack['kind'],
  all: readonly SdpMedia[],
  isWanted: (format: SdpFormat) => boolean,
): OfferedTrack | undefined => {
  for (const media of all) {
    const format = media.media === kind && media.formats.find(isWanted);
    if (format) return { kind, media, format };
  }
  return undefined;
};

/** What the camera would play and not what it hears. Where video is `sendonly` as well, that is the camera's own view. */
const isLoudspeaker = (each: SdpMedia, video: SdpMedia): boolean =>
  each.direction === 'sendonly' && video.direction !== 'sendonly';
