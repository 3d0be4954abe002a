import type { TrackKind } from '../types.js';

/** The track that a media type (`video/x-h264`), or caps that begin with one, belongs to. */
export const trackOf = (mediaType: string): TrackKind =>
  mediaType.startsWith('video/') ? 'video' : mediaType.startsWith('audio/') ? 'audio' : 'application';
