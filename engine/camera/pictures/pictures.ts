/**
 * A camera's decoded pictures, for as long as a consumer wants them:
 *
 *   ring ──Feeder──► Decoder ──pictures of every size asked for──► PictureFanOut ──► consumers
 *                                        │          Watchdog: tells consumers that get none
 *                                        └─keyframes─► Bystanders, for whom alone nothing is decoded
 *                    Attention: which units are worth decoding
 *
 * One decoder serves all. It starts at the newest keyframe in the ring and catches up, so a consumer that joins between
 * keyframes need not wait for the next one.
 */
import { type Picture, type PictureSpec, specKey } from '../../../bridge/index.js';
import { combinedPolicy, type DecodePolicy, decodePolicyText, maxFpsOf } from '../../core/decode-policy.js';
import { type MediaTime, MICROS_PER_SECOND } from '../../core/time.js';
import type { OverloadCause, Reduction } from '../overload/types.js';
import type { AccessUnit } from '../types.js';
import { Attention, type Promotion, type Watcher } from './attention.js';
import { Bystanders } from './bystanders.js';
import { Decoder } from './decoder.js';
import { PictureFanOut } from './fan-out.js';
import { Feeder } from './feeder.js';
import { FirstLook } from './first-look.js';
import { type PicturesLoad, Reducing } from './reducing.js';
import type { Bystander, PictureFeed, PictureHandlers, PictureRequest, PicturesDeps } from './types.js';
import { Watchdog } from './watchdog.js';

/** Whoever wants to know sooner asks for more pictures than that. */
const MOST_PATIENT_FPS = 5;

export class CameraPictures {
  readonly #deps: PicturesDeps;
  readonly #fanOut = new PictureFanOut();
  readonly #bystanders = new Bystanders();
  readonly #watchdog: Watchdog;
  readonly #decoder: Decoder;
  readonly #reducing: Reducing;
  readonly #firstLook: FirstLook;
  #askedPolicy: DecodePolicy | undefined;
  #policy: DecodePolicy | undefined;
  #specs: readonly PictureSpec[] = [];
  #feeder: Feeder | null = null;
  /** Of the consumers that judge what they get. */
  readonly #watchers = new Set<Watcher>();
  /** While the policy is `adaptive`. */
  #attention: Attention | undefined;

  constructor(deps: PicturesDeps) {
    this.#deps = deps;
    this.#watchdog = new Watchdog(deps.clock, deps.blindAfter);
    this.#reducing = new Reducing(deps.clock, () => this.#watchdog.longestGop);
    this.#firstLook = new FirstLook(deps, () => void deps.clock.soon(() => this.#requestsChanged()));
    this.#decoder = new Decoder(deps.bridge, deps.clock, {
      onPicture: (picture, index) => this.#picture(picture, index),
      onLost: (reason) => {
        this.#feeder = null;
        const cause = `the decoder ended: ${reason.kind === 'eos' ? 'end of stream' : reason.message}`;
        this.#watchdog.trouble(cause);
        this.#deps.log.warn(cause);
        this.#deps.metrics.dropped('decoderLost').add();
      },
      onRetry: () => {
        if (this.#fanOut.size > 0 && this.#watchdog.flowing) this.#start();
      },
    });
  }

  /** The policy in force: it satisfies all consumers, unless the camera is reduced. Undefined while there are none. */
  get policy(): DecodePolicy | undefined {
    return this.#policy;
  }

  /** The policy that satisfies all consumers. Undefined while there are none. */
  get askedPolicy(): DecodePolicy | undefined {
    return this.#askedPolicy;
  }

  /** Why it is decoded less than asked, if it is. */
  get reduction(): Reduction | undefined {
    return this.#reducing.reduction;
  }

  /** Keyframes alone are decoded from now on, whatever was asked for, until `decodeAsAsked`. */
  decodeLess(cause: OverloadCause): void {
    this.#reducing.begin(cause);
    this.#requestsChanged();
  }

  decodeAsAsked(): void {
    this.#reducing.end();
    this.#requestsChanged();
  }

  /** To be asked by one alone: it tells of the time since it was asked before. */
  takeLoad(): PicturesLoad {
    const key = this.#deps.ring.lastKeyframe();
    const isFull = this.#policy !== undefined && !this.glances;
    return this.#reducing.takeLoad(isFull, key, key && this.#deps.capsOf(key.epoch));
  }

  /** Whether keyframes alone are decoded at present. */
  get glances(): boolean {
    return this.#policy?.kind === 'keyframes' || this.#attention?.glances === true;
  }

  /** Whether pictures are looked at so far apart, if at all, that it does not matter if they come a tenth of a second later. */
  get mayWait(): boolean {
    const policy = this.#policy;
    if (policy === undefined || this.glances) return true;
    const fps = maxFpsOf(policy);
    return fps > 0 && fps <= MOST_PATIENT_FPS;
  }

  /** @throws SluiceError `TooManyPictureSizes` */
  open(request: PictureRequest, handlers: PictureHandlers): PictureFeed {
    const { leave, rewind } = this.#fanOut.join(request, handlers);
    const watched = handlers.onBlind && this.#watchdog.watch((cause) => handlers.onBlind?.(cause));
    const watcher = handlers.onRewind && this.#watcher(handlers.onRewind, rewind);
    this.#requestsChanged();
    if (watcher) this.#attention?.joined();
    const { metrics } = this.#deps;
    const leadsBack = () => this.#attention?.leadsBack === true;
    const lag = () => (watcher && this.#attention?.lag(watcher)) ?? 0;
    return {
      judged: (look) => {
        metrics.judged.add();
        watched?.judged();
        return (look && watcher && this.#attention?.looked(watcher, look)) ?? false;
      },
      missed: (cause, why) => {
        metrics.dropped(cause).add();
        this.#reducing.missed(cause);
        this.#watchdog.trouble(why);
        if (watcher) this.#attention?.missed(watcher);
      },
      get leadsBack() {
        return leadsBack();
      },
      isOfThePast: (pts) => this.#feeder?.isOfThePast(pts) === true,
      rewind,
      lag,
      close: () => {
        leave();
        watched?.close();
        if (watcher) this.#leaves(watcher);
        this.#requestsChanged();
      },
    };
  }

  #watcher(onRewind: (to: MediaTime) => boolean, rewind: PictureFeed['rewind']): Watcher {
    const watcher: Watcher = {
      settled: this.#deps.ring.newest?.pts ?? (0 as MediaTime),
      rewind: (to) => {
        if (!onRewind(to)) return;
        watcher.settled = to;
        rewind(to);
      },
    };
    this.#watchers.add(watcher);
    return watcher;
  }

  #leaves(watcher: Watcher): void {
    this.#watchers.delete(watcher);
    this.#attention?.left(watcher);
  }

  /**
   * Lets somebody have pictures of keyframes for as long as others have them decoded.
   * @returns a function that ends it
   */
  standBy(bystander: Bystander): () => void {
    return this.#bystanders.add(bystander);
  }

  /** A unit of video has entered the ring. */
  unit(unit: AccessUnit): void {
    this.#watchdog.unit(unit);
    this.#reducing.unit();
    this.#attention?.unit(unit);
    this.#firstLook.unit(this.glances);
    if (this.#fanOut.size === 0 || this.#decoder.waiting) return;
    if (!this.#feeder || unit.epoch !== this.#feeder.epoch) this.#start();
    else this.#feed();
  }

  cameraLost(): void {
    this.#stop();
    this.#attention?.cameraLost();
    this.#firstLook.forget();
    this.#recompute();
    this.#decoder.forgive();
    this.#watchdog.cameraLost();
  }

  close(): void {
    this.#fanOut.clear();
    this.#bystanders.clear();
    this.#firstLook.forget();
    this.#watchdog.close();
    this.#feeder = null;
    this.#decoder.close();
  }

  /** Starts another decoder if what is asked for has changed. */
  #requestsChanged(): void {
    if (this.#recompute() && this.#policy && this.#deps.ring.newest && !this.#decoder.waiting) this.#start();
  }

  /** @returns whether something else is to be decoded than before. The decoder has been stopped then. */
  #recompute(): boolean {
    const before = this.#asked();
    this.#askedPolicy = combinedPolicy(this.#fanOut.requests().map(({ policy }) => policy));
    this.#policy = this.#reducing.policyFor(this.#firstLook.policyFor(this.#askedPolicy));
    this.#specs = this.#fanOut.specs();
    this.#watchdog.expect(this.#policy);
    if (this.#asked() === before) return false;
    this.#stop();
    this.#attention = this.#newAttention();
    return true;
  }

  #newAttention(): Attention | undefined {
    if (this.#policy?.kind !== 'adaptive') {
      this.#deps.onLate(0);
      return undefined;
    }
    return new Attention(this.#deps.ring, this.#policy.every, this.#watchers, {
      onLate: (most) => this.#deps.onLate(most),
      onWatch: (from, why) => this.#watch(from, why),
    });
  }

  /** Every unit is decoded again, from this keyframe on. */
  #watch(from: AccessUnit, why: Promotion): void {
    this.#deps.metrics.promotions(why).add();
    this.#feeder?.rewind(from);
    this.#feed();
  }

  #asked(): string {
    const policy = this.#policy;
    const rates = policy && [decodePolicyText(policy), maxFpsOf(policy), this.#reducing.keyframesApart];
    return [rates, ...this.#specs.map(specKey)].join();
  }

  /** Starts a decoder at the newest keyframe that is in the ring, if its caps are known. */
  #start(): void {
    this.#stop();
    const policy = this.#policy;
    const key = (this.#decoder.lost && this.#attention?.resumesAt()) || this.#deps.ring.lastKeyframe();
    const caps = key && this.#deps.capsOf(key.epoch);
    if (!policy || !key || !caps) return;
    if (policy.kind === 'adaptive' && !this.#firstLook.mayBegin(caps)) {
      this.#requestsChanged();
      return;
    }
    // A decoder that replaces a lost one does not reset the time that consumers have been without pictures.
    if (!this.#decoder.lost) this.#watchdog.startAfresh();
    const decode = this.#decoder.start(caps, {
      pictures: this.#specs,
      maxFps: maxFpsOf(policy),
      owner: this.#deps.owner,
    });
    this.#reducing.started();
    const attention = this.#attention;
    attention?.begin(key);
    const deps = {
      ...this.#deps,
      wants: (unit: AccessUnit): boolean => this.#bystanders.want(unit, this.#specs),
      onBehind: (units: number) => {
        this.#deps.metrics.dropped('decoderBehind').add(units);
        this.#reducing.behind(units);
      },
      keyframesApart: this.#reducing.keyframesApart,
      attention,
    };
    this.#feeder = new Feeder(deps, decode, policy, key);
    this.#feed();
  }

  #stop(): void {
    this.#feeder = null;
    this.#decoder.stop();
  }

  #feed(): void {
    if (this.#feeder?.feed() === false) this.#watchdog.trouble('the decoder cannot keep up with the stream');
  }

  #picture(picture: Picture, index: number): void {
    const { metrics, timings } = this.#deps;
    if (index === 0) {
      metrics.decoded.add();
      this.#reducing.shown();
      const micros = this.#feeder?.shown(picture.pts);
      if (micros !== undefined) timings.decodeSeconds.observe(micros / MICROS_PER_SECOND);
      if (this.#feeder?.catchingUp) this.#feed();
    }
    const specs = this.#specs;
    const spec = specs[index];
    try {
      if (spec) this.#fanOut.deliver(spec, picture, this.#attention?.awaits(picture.pts));
    } finally {
      this.#bystanders.picture(picture, specs, index);
    }
  }
}
