/** A camera as the engine sees it, without its network and its decoder: what is decoded and what is found follow from the policy. */
import { DecoderClock } from '../../bridge/filters/decoder-clock.js';
import type { Bridge, Picture } from '../../bridge/index.js';
import { GopRing } from '../../engine/camera/gop-ring.js';
import { lookOf } from '../../engine/camera/pictures/look.js';
import { CameraPictures } from '../../engine/camera/pictures/pictures.js';
import type { PictureFeed } from '../../engine/camera/pictures/types.js';
import type { Clock } from '../../engine/core/clock.js';
import { parseDecodePolicy } from '../../engine/core/decode-policy.js';
import { silentLogger } from '../../engine/core/log.js';
import { type MediaTime, type MonotonicTime, seconds, type UtcMicros } from '../../engine/core/time.js';
import { EngineMetrics } from '../../engine/metrics/metrics.js';
import { OfflineDetector } from '../../wasm/detector/offline.js';
import type { Span } from '../common/spans.js';
import type { Coded } from './coding.js';
import { Recorder } from './recorder.js';

export interface Seen {
  /** The pictures with motion: their times, and when that was told. */
  motion: { at: number; told: number }[];
  /** Units that were decoded, some of them twice. */
  decoded: number;
  promotions: Record<(typeof CAUSES)[number], number>;
  /** What a gate behind it records. */
  recorded: readonly Span[];
}

const CAUSES = ['keyframe', 'size', 'unseen', 'check'] as const;

export function watch({ fps, units, plane }: Coded, policy: string): Seen {
  let now = 0 as MonotonicTime;
  const clock: Clock = {
    monotonic: () => now,
    utc: () => now as number as UtcMicros,
    after: () => () => {},
    soon: () => () => {},
  };
  const ring = new GopRing({ spanMicros: 0 });
  const metrics = new EngineMetrics({ clock });
  const camera = metrics.camera('camera');
  const promotions = { keyframe: 0, size: 0, unseen: 0, check: 0 };
  const seen: Seen = { motion: [], decoded: 0, promotions, recorded: [] };
  const recorder = new Recorder();
  const indexOf = new Map(units.map(({ pts }, index) => [pts, index]));
  const out: (() => void)[] = [];
  const bridge: Pick<Bridge, 'decode'> = {
    decode: (spec, handlers) => {
      const decoder = new DecoderClock(spec.maxFps);
      return {
        hasRoomFor: () => true,
        keepsUp: true,
        feed: ({ pts, key }, wanted) => {
          seen.decoded++;
          const picture = plane(indexOf.get(pts!)!);
          if (decoder.next(pts!, key, wanted).shown) out.push(() => handlers.onPicture(asPicture(picture), 0));
          return true;
        },
        stop: () => Promise.resolve(),
      };
    },
  };
  const pictures = new CameraPictures({
    ...{ bridge, clock, ring, metrics: camera, timings: metrics, log: silentLogger(), owner: 'camera' },
    capsOf: () => ({ track: 'video', text: 'video/x-h264', mediaType: 'video/x-h264' }),
    onLate: (most) => ring.setSpan(most),
    blindAfter: seconds(5),
  });
  const detector = new OfflineDetector({ sensitivity: 'medium' });
  const feed: PictureFeed = pictures.open(
    { width: 320, format: 'i420', policy: parseDecodePolicy(policy)! },
    {
      onRewind: () => detector.rewind(),
      onPicture: (picture) => {
        const verdict = detector.judge(picture, { returnable: feed.leadsBack });
        if (feed.judged(lookOf(verdict, recorder.coversUntil)) || !verdict.motion) return;
        recorder.motion(verdict.pts as MediaTime);
        seen.motion.push({ at: verdict.pts / 1e6, told: now / 1e6 });
      },
    },
  );
  for (const { pts, key, bytes, quantiser } of units) {
    now = pts as number as MonotonicTime;
    const at = pts as MediaTime;
    const stream = { track: 'video', key, epoch: 1, quantiser, payload: new Uint8Array(bytes) } as const;
    pictures.unit(ring.push({ ...stream, pts: at, cadence: at, duration: seconds(1 / fps), arrival: now }));
    while (out.length > 0) out.shift()!();
    recorder.unit(at, feed.lag());
  }
  feed.close();
  seen.recorded = recorder.end();
  for (const why of CAUSES) seen.promotions[why] = camera.promotions(why).value;
  metrics.close();
  return seen;
}

const asPicture = (plane: ReturnType<Coded['plane']>): Picture => ({
  ...plane,
  format: 'i420',
  content: { left: 0, top: 0, width: plane.width, height: plane.height },
  caps: '',
});
