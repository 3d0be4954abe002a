import type { TrackKind } from '../types.js';

/** The track that a media type (`video/x-h264`, `image/jpeg`), or caps that begin with one, belongs to. */
export const trackOf = (mediaType: string): TrackKind =>
  /^(?:video|image)\//.test(mediaType) ? 'video' : mediaType.startsWith('audio/') ? 'audio' : 'application';
