import type { Archive } from '../archive/archive.js';
import type { Video } from '../archive/video.js';
import { formatDuration } from '../core/duration.js';
import { toIso, type UtcMicros } from '../core/time.js';

/** A video as AVA's client API has it. */
export interface VideoResource {
  name: string;
  properties: {
    title: string;
    description: string;
    type: 'Archive';
    flags: {
      /** There is something to play, recorded or live. */
      canStream: boolean;
      hasData: boolean;
      /** A pipeline that runs records into it. */
      isInUse: boolean;
    };
    contentUrls: {
      archiveBaseUrl: string;
      /** While a camera that can be shown this way is being recorded. */
      rtspTunnelUrl?: string;
      previewImageUrls?: Record<keyof typeof PREVIEW_WIDTHS, string>;
    };
    /** ISO 8601. */
    mediaInfo: { segmentLength: string };
    archival?: { retentionPeriod: string };
  };
  systemData: { createdAt: string };
}

/** Widths of previews, in pixels. */
const PREVIEW_WIDTHS = { small: 320, medium: 640, large: 1280 } as const;

export interface ResourceDeps {
  archive: Pick<Archive, 'segments' | 'isInUse'>;
  /** The video can be watched live in RTSP. */
  hasTunnel(video: string): boolean;
  clock: { utc(): UtcMicros };
}

/** @param origin with which the addresses begin: `https://cameras.example` */
export const videoResource = (
  video: Video,
  origin: string,
  { archive, hasTunnel, clock }: ResourceDeps,
): VideoResource => {
  const { name, title, description, segmentLength, retentionPeriod, createdUtc } = video;
  const newest = archive.segments.last(name);
  const hasTunnelNow = hasTunnel(name);
  const base = `${origin}/videos/${encodeURIComponent(name)}`;
  const time = newest && toIso(newest.endUtc ?? clock.utc());
  const preview = (width: number): string => `${base}/preview.jpg?time=${time}&width=${width}`;
  const { small, medium, large } = PREVIEW_WIDTHS;
  return {
    name,
    properties: {
      title,
      description,
      type: 'Archive',
      flags: {
        canStream: newest !== undefined || hasTunnelNow,
        hasData: newest !== undefined,
        isInUse: archive.isInUse(name),
      },
      contentUrls: {
        archiveBaseUrl: `${base}/content`,
        ...(hasTunnelNow ? { rtspTunnelUrl: `${base.replace(/^http/, 'ws')}/rtsp` } : {}),
        ...(newest
          ? { previewImageUrls: { small: preview(small), medium: preview(medium), large: preview(large) } }
          : {}),
      },
      mediaInfo: { segmentLength: formatDuration(segmentLength) },
      ...(retentionPeriod === undefined ? {} : { archival: { retentionPeriod: formatDuration(retentionPeriod) } }),
    },
    systemData: { createdAt: toIso(createdUtc) },
  };
};
