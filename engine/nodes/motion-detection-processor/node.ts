import type { Picture } from '../../../bridge/index.js';
import type { MotionCamera, SceneChange, Verdict } from '../../../wasm/types.js';
import { lookOf } from '../../camera/pictures/look.js';
import type { PictureFeed } from '../../camera/pictures/types.js';
import type { DecodePolicy } from '../../core/decode-policy.js';
import { messageOf } from '../../core/errors.js';
import type { Scene } from '../../core/scene.js';
import { type MediaTime, MICROS_PER_SECOND, type Micros, toTicks90k } from '../../core/time.js';
import { SluiceEvent } from '../../events/catalogue.js';
import { Degradation } from '../degradation.js';
import { inferenceEvent } from '../inference-event.js';
import type { NodeLinks, PicturePort } from '../links.js';
import type { NodeContext } from '../node-context.js';
import type { RunningNode } from '../node-type.js';
import { type AggregatedMotion, MotionAggregator } from './motion-aggregator.js';
import { motionInferences } from './motion-inferences.js';
import { MotionPictures } from './motion-pictures.js';
import { SceneNow } from './scene-now.js';
import type { MotionDetectionSettings } from './settings.js';
import { Sight } from './sight.js';
import { laterThan } from './told-late.js';

/** Width in pixels of the pictures that are judged. */
const DETECT_WIDTH = 320;

const SCENE_EVENTS: Readonly<Record<SceneChange['kind'], string>> = {
  lightingChanged: SluiceEvent.SceneLightingChanged,
  tampered: SluiceEvent.SceneTampered,
  frozen: SluiceEvent.SceneFrozen,
  moved: SluiceEvent.SceneMoved,
};

/**
 * Turns verdicts into Inference events. While the detector cannot judge, everything is recorded and an event says so:
 * needless footage can be deleted, missing footage cannot be recovered. While it judges and sees too little, an event says so,
 * and whether everything is recorded is for the user to decide: rain lasts for a night, and fills a disk.
 */
export class MotionDetectionNode implements RunningNode {
  readonly pictures: MotionPictures;
  readonly #settings: MotionDetectionSettings;
  readonly #context: NodeContext;
  readonly #links: NodeLinks;
  readonly #aggregator: MotionAggregator;
  readonly #degradation: Degradation;
  readonly #sight = new Sight((insensitive, share) => this.#insensitive(insensitive, share));
  readonly #sceneNow = new SceneNow();
  #slab: MotionCamera | null = null;
  #feed: PictureFeed | null = null;

  constructor(settings: MotionDetectionSettings, context: NodeContext, links: NodeLinks) {
    this.#settings = settings;
    this.#context = context;
    this.#links = links;
    this.#aggregator = new MotionAggregator(settings.eventAggregationWindow, (motion) => this.#emit(motion));
    this.#degradation = new Degradation(context, links);
    this.pictures = new MotionPictures(
      () => this.#camera,
      () => this.#policy,
    );
  }

  start(): void {
    const { sensitivity, zones } = this.#settings;
    const { metrics, services } = this.#context;
    this.#slab = services.motion.attach(
      { sensitivity, ...(zones.length > 0 ? { zones } : {}) },
      {
        onVerdict: (verdict) => this.#verdict(verdict),
        onError: (error) => this.#feed?.missed('detectorError', `the detector failed: ${error.message}`),
      },
    );
    this.#feed = this.#camera.open(
      { width: DETECT_WIDTH, format: 'i420', policy: this.#policy },
      {
        onPicture: (picture) => this.#submit(picture),
        onBlind: (cause) => this.#blind(cause),
        onRewind: (to) => this.#rewind(to),
      },
    );
    // While nothing is judged, what was seen last says nothing.
    metrics.insensitiveRatio().read = () => (this.#degradation.holds('blind') ? undefined : this.#sight.share);
  }

  async stop(): Promise<void> {
    this.#degradation.stop();
    this.#feed?.close();
    this.#feed = null;
    this.#aggregator.flush();
    const slab = this.#slab;
    this.#slab = null;
    await slab?.close();
  }

  get scene(): Scene {
    // While nothing is judged, what was seen last says nothing.
    const blind = this.#degradation.holds('blind');
    const { motion, tampered } = this.#sceneNow;
    return {
      motion: blind ? 'unknown' : motion,
      tampered: blind ? 'unknown' : tampered,
      degraded: blind || (motion === 'unknown' ? motion : this.#degradation.holds('insensitive')),
    };
  }

  get #policy(): DecodePolicy {
    return this.#settings.decodePolicy ?? this.#context.services.decodePolicy;
  }

  #rewind(to: MediaTime): boolean {
    if (this.#slab?.rewind() !== true) return false;
    this.pictures.rewind(to);
    return true;
  }

  eventLag(): Micros {
    // What is not judged is recorded, and there is nothing to wait for.
    return this.#degradation.holds('blind') ? 0 : (this.#feed?.lag() ?? 0);
  }

  get #camera(): PicturePort {
    const [camera] = this.#links.pictures;
    // Validation ensures that there is one.
    if (!camera) throw new Error('a motion detector has no input that brings pictures');
    return camera;
  }

  #submit(picture: Picture): void {
    try {
      const feed = this.#feed;
      // Undefined: within `open`, where nothing has been left out yet.
      const patient = feed?.isOfThePast(picture.pts as MediaTime) === true;
      const options = { returnable: feed?.leadsBack === true, patient };
      if (this.#slab?.submit(picture, options) !== 'replaced') return;
      this.#feed?.missed('detectorBusy', 'the detector cannot keep up with the pictures');
    } catch (error) {
      // A camera may report any picture size, even an absurd one.
      this.#feed?.missed('detectorError', `the detector cannot take the pictures: ${messageOf(error)}`);
    }
  }

  #verdict(verdict: Verdict): void {
    if (!this.#feed) return;
    const { clock, metrics, pipeline, services } = this.#context;
    const now = clock.monotonic();
    services.timings.detectSeconds.observe(verdict.latencyMicros / MICROS_PER_SECOND);
    if (this.#feed.judged(lookOf(verdict, this.#coversUntil))) return;
    metrics.latency.observe(Math.max(0, now - verdict.pts) / MICROS_PER_SECOND, now);
    this.#sight.add(verdict);
    this.#sceneNow.add(verdict);
    for (const change of verdict.scene) this.#sceneChanged(change, verdict.pts as MediaTime);
    const { energies } = verdict;
    if (energies) services.history.add(pipeline, this.#camera.toUtc(verdict.pts as MediaTime), energies);
    const told = { ...verdict, ...laterThan(now, verdict) };
    this.#aggregator.add(told);
    this.pictures.verdict(told);
  }

  /** Pictures with motion that go on to others are wanted, each of them. */
  readonly #coversUntil = (at: MediaTime): MediaTime | undefined =>
    this.pictures.areWanted ? undefined : this.#links.events.coversUntil(at);

  #emit(motion: AggregatedMotion): void {
    const inferences = motionInferences(motion, this.#settings.outputMotionRegion);
    this.#links.events.emit(inferenceEvent(motion.at, this.#camera.toUtc(motion.at), { inferences }));
  }

  #sceneChanged({ kind, cause, began }: SceneChange, at: MediaTime): void {
    const utc = this.#camera.toUtc(at);
    this.#links.events.emit({
      kind: 'state',
      at,
      eventType: SCENE_EVENTS[kind],
      eventTime: utc,
      data: { timestamp: toTicks90k(utc), change: kind, cause, state: began ? 'began' : 'ended' },
    });
  }

  #blind(cause: string | null): void {
    if (cause === null) this.#degradation.end('blind');
    else this.#degradation.begin('blind', { cause, records: true });
  }

  #insensitive(insensitive: boolean, share: number): void {
    if (!insensitive) {
      this.#degradation.end('insensitive');
      return;
    }
    const policy = this.#settings.whenInsensitive ?? this.#context.services.whenInsensitive;
    this.#degradation.begin('insensitive', {
      cause: 'insensitive',
      records: policy === 'record',
      share: Math.round(share * 100) / 100,
    });
  }
}
