import { pageToken } from '../core/page-token.js';
import type { UtcMicros } from '../core/time.js';
import type { ClipPage, ClipResource } from './clip-resource.js';

/** A clip with its place in lists. */
export interface PlacedClip {
  clip: ClipResource;
  startUtc: UtcMicros;
  id: number;
}

/** A page of at most `limit` clips. @param found in the order of lists; one more than `limit` if more follow */
export const clipPage = (found: readonly PlacedClip[], limit: number): ClipPage => {
  const value = found.slice(0, limit);
  const last = value.at(-1);
  return {
    value: value.map(({ clip }) => clip),
    ...(found.length > limit && last ? { '@continuationToken': pageToken(last.startUtc, last.id) } : {}),
  };
};

/** The order of lists: newest first. */
export const inOrder = (one: PlacedClip, other: PlacedClip): number =>
  other.startUtc - one.startUtc || other.id - one.id;
