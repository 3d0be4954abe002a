import type { Bridge } from '../../bridge/types.js';
import type { Archive } from '../archive/archive.js';
import type { Segment } from '../archive/archive-index.js';
import type { Video } from '../archive/video.js';
import type { CameraSession } from '../camera/session.js';
import { SluiceError } from '../core/errors.js';
import { MICROS_PER_SECOND, type Micros, toIso, type UtcMicros } from '../core/time.js';
import type { Clips } from '../recording/clips.js';
import { newestKeyframe } from './newest-keyframe.js';
import type { Picture, PictureOptions } from './picture.js';
import { PREVIEW_WIDTH } from './preview-maker.js';
import { noPicture, StillDesk, versionOf } from './still-desk.js';
import { nearestKeyframe } from './stored-keyframe.js';

export interface PicturesDeps {
  bridge: Pick<Bridge, 'still'>;
  archive: Pick<Archive, 'segments' | 'media' | 'previews' | 'previewEvery'>;
  clips: Pick<Clips, 'file' | 'origin'>;
  /** @throws SluiceError `CameraNotFound`, `CameraInactive` */
  sessionOf(name: string): CameraSession;
}

/** How far from the moment media is looked for: first near, as it most often is. */
const REACH: readonly Micros[] = [300 * MICROS_PER_SECOND, 7 * 86_400 * MICROS_PER_SECOND];
/** A preview is of the keyframe that comes when the time is over. */
const LATE: Micros = 2.5 * MICROS_PER_SECOND;
/** Segments whose files are tried. */
const MOST_TRIED = 4;

/** Pictures of cameras, videos and clips, as JPEGs. */
export class Pictures {
  readonly #deps: PicturesDeps;
  readonly #desk: StillDesk;

  constructor(deps: PicturesDeps) {
    this.#deps = deps;
    this.#desk = new StillDesk(deps.bridge);
  }

  /**
   * A camera's newest keyframe, however old it is.
   * @param name of one of its live pipelines
   * @throws SluiceError `CameraNotFound`; `CameraInactive`; `NoPicture`
   */
  async snapshot(name: string, { width }: PictureOptions = {}): Promise<Picture> {
    const key = newestKeyframe(this.#deps.sessionOf(name));
    if (!key) throw noPicture(`the camera of '${name}' has not sent any yet`);
    return await this.#desk.picture(key, width);
  }

  /**
   * The keyframe of a video that is nearest to a moment. One that is no more than 320 pixels wide may be some seconds away, where
   * such pictures are kept, and is then as wide as these.
   * @throws SluiceError `VideoNotFound`; `NoMedia` if there is none within a week; `NoPicture`
   */
  async preview(video: string, at: UtcMicros, { width }: PictureOptions = {}): Promise<Picture> {
    const { segments, media } = this.#deps.archive;
    const known = segments.video(video);
    if (!known) {
      throw new SluiceError('VideoNotFound', `there is no video '${video}'`, {
        kind: 'notFound',
        hint: 'GET /videos lists the videos; one is made when a VideoSink first writes to it.',
      });
    }
    const stored = width !== undefined && width <= PREVIEW_WIDTH ? await this.#stored(known, at) : undefined;
    if (stored) return stored;
    for (const segment of this.#around(video, at).slice(0, MOST_TRIED)) {
      const path = media.find(segment.path);
      const { id, startUtc } = segment;
      const key = path && nearestKeyframe({ id: `segment ${id}`, path, startUtc, owner: `video ${video}` }, at);
      if (key) return await this.#desk.picture(key, width);
    }
    throw new SluiceError('NoMedia', `the video '${video}' has no picture near this time`, {
      kind: 'notFound',
      hint: 'availableMedia says when it has media.',
    });
  }

  /** One that was made while it was recorded. */
  async #stored(video: Video, at: UtcMicros): Promise<Picture | undefined> {
    const { previews, previewEvery } = this.#deps.archive;
    const stored = await previews.nearest(video, at, previewEvery / 2 + LATE);
    if (!stored) return undefined;
    const { utc, ...picture } = stored;
    return { ...picture, time: toIso(utc), version: versionOf(`preview ${video.name} ${utc}`) };
  }

  /**
   * The keyframe of a clip that is nearest to what caused it; the first one, where it goes on after an interruption.
   * @throws SluiceError `ClipNotFound`; `ClipFileGone`; `NoMedia` if it has no keyframe; `NoPicture`
   */
  async clip(id: string, { width }: PictureOptions = {}): Promise<Picture> {
    const { clips } = this.#deps;
    const { path } = clips.file(id);
    const { startUtc, causedUtc, pipeline } = clips.origin(id);
    const owner = pipeline === '' ? `clip ${id}` : `clips of ${pipeline}`;
    const key = nearestKeyframe({ id: `clip ${id}`, path, startUtc, owner }, causedUtc);
    if (key) return await this.#desk.picture(key, width);
    throw new SluiceError('NoMedia', `clip ${id} has no picture that can be shown`, {
      kind: 'notFound',
      where: { file: path },
      hint: 'Its file is damaged, or was not written by Sluice.',
    });
  }

  /** Segments, the nearest first. */
  #around(video: string, at: UtcMicros): Segment[] {
    const away = ({ startUtc, endUtc }: Segment): number =>
      Math.max(startUtc - at, at - (endUtc ?? Number.MAX_SAFE_INTEGER), 0);
    for (const reach of REACH) {
      const range = { startUtc: (at - reach) as UtcMicros, endUtc: (at + reach) as UtcMicros };
      const found = this.#deps.archive.segments.between(video, range);
      if (found.length > 0) return found.sort((a, b) => away(a) - away(b));
    }
    return [];
  }
}
