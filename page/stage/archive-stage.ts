import { html, LitElement, nothing } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import { ArchivePlayer, type At } from '../media/archive-player.js';
import { ArchiveSource } from '../media/archive-source.js';
import { canDecode, PictureStepper } from '../media/picture-stepper.js';
import { PlayGroup } from '../media/play-group.js';
import { previewed, previews } from '../parts/previewed.js';
import { Resting } from '../parts/resting.js';
import { shared } from '../parts/styles.js';
import type { Lane } from '../state/lanes.js';
import { boxesOver } from './boxes-over.js';
import { stageStyles } from './stage-styles.js';

/** What the stage tells some times a second. */
export interface StageTick {
  time: number;
  playing: boolean;
  /** It is to play, and waits for media. */
  waiting: boolean;
}

/** A hand that stays for so long over a moment of the timeline, until a frame comes without it having moved, rests there. */
const OVER_MS = 24;
/** One that does not step for so long rests. */
const BETWEEN_MS = 400;

const WORDS: Partial<Record<At, string>> = {
  gap: 'No recording at this time',
  loading: 'Loading',
  unknown: 'Loading',
};

/** Recordings of one or several videos, in step. */
@customElement('archive-stage')
export class ArchiveStage extends LitElement {
  static override styles = [shared, stageStyles];

  @property({ attribute: false }) lanes: readonly Lane[] = [];
  @property({ type: Boolean }) boxes = true;
  @property({ type: Boolean }) muted = true;
  /** Where it begins. */
  @property({ type: Number }) from = 0;
  /** It begins by itself. */
  @property({ type: Boolean }) plays = false;
  @property({ type: Number }) rate = 1;
  /** A moment that a hand is over: shown as a preview until it is let go. */
  @property({ type: Number }) scrub: number | undefined;
  @state() private _states: readonly At[] = [];
  @state() private _time = 0;
  /** A picture that was decoded lies over the first video. */
  @state() private _stepped = false;
  private _group: PlayGroup<ArchivePlayer> | undefined;
  private _stepper: PictureStepper | undefined;
  private _stepping = false;
  private readonly _over = new Resting(OVER_MS);
  private readonly _between = new Resting(BETWEEN_MS);
  private _key = '';

  get playing(): boolean {
    return this._group?.clock.playing ?? false;
  }

  get time(): number {
    return this._group?.clock.time ?? this.from;
  }

  /** What plays, in the order of the lanes. */
  get players(): readonly ArchivePlayer[] {
    return this._group?.players ?? [];
  }

  play(): void {
    this._follow();
    this._group?.clock.play();
  }

  pause(): void {
    this._group?.clock.pause();
    this._warm();
  }

  setRate(rate: number): void {
    this.rate = rate;
    this._group?.clock.setRate(rate);
  }

  seek(to: number): void {
    previews.makeWay();
    this._uncover();
    this._group?.seek(to);
    this._between.once(() => this._warm());
  }

  /** Goes to the picture so many steps away. @returns its moment, or undefined where there is none */
  async step(steps: 1 | -1): Promise<number | undefined> {
    const group = this._group;
    const stepper = this._stepper;
    if (!group || !stepper || this._stepping) return undefined;
    this._stepping = true;
    this._between.stop();
    group.clock.pause();
    try {
      const to = await stepper.timeOf(group.clock.time, steps);
      if (to === undefined) return undefined;
      const picture = canDecode() ? await stepper.picture(to, steps).catch(() => undefined) : undefined;
      if (picture) this._show(picture);
      else this._uncover();
      group.seek(to);
      return to;
    } finally {
      this._stepping = false;
      this._between.once(() => {
        this._follow();
        this._warm();
      });
    }
  }

  override updated(changed: Map<string, unknown>): void {
    const key = JSON.stringify(this.lanes.map(({ video }) => video));
    if (key !== this._key) {
      this._key = key;
      this._open();
    }
    if (changed.has('scrub')) this._glance();
    if (changed.has('muted')) for (const { video } of this._group?.players ?? []) video.muted = this.muted;
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this._close();
    this._key = '';
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.requestUpdate();
  }

  private _open(): void {
    const plays = this._group ? this.playing : this.plays;
    const at = this._group ? this.time : this.from;
    this._close();
    const videos = [...this.renderRoot.querySelectorAll('video')];
    const alone = videos.length === 1;
    const players = videos.map((video, index) => {
      video.muted = this.muted || !alone;
      return new ArchivePlayer(video, new ArchiveSource(this.lanes[index]!.video!), alone);
    });
    const group = new PlayGroup(players, at, {
      onTick: (time, states) => this._tick(group, time, states),
      onJump: (from, to) => this.dispatchEvent(new CustomEvent('jump', { detail: { from, to } })),
      onEnd: () => this.dispatchEvent(new Event('end')),
    });
    this._group = group;
    this._stepper = players[0] && new PictureStepper(players[0].source);
    group.clock.setRate(this.rate);
    if (plays) group.clock.play();
    group.start();
  }

  private _close(): void {
    this._over.stop();
    this._between.stop();
    this._group?.stop();
    this._stepper?.close();
    this._group = undefined;
    this._stepped = false;
  }

  private _tick(group: PlayGroup<ArchivePlayer>, time: number, states: readonly At[]): void {
    if (group !== this._group) return;
    this._states = states;
    this._time = time;
    const { playing, runs } = group.clock;
    // What stands where the clock was is on the screen by then.
    if (runs) this._stepped = false;
    const detail: StageTick = { time, playing, waiting: playing && !runs };
    this.dispatchEvent(new CustomEvent('tick', { detail }));
  }

  private _show(picture: VideoFrame): void {
    const canvas = this.renderRoot.querySelector('canvas')!;
    const { displayWidth: width, displayHeight: height } = picture;
    if (canvas.width !== width || canvas.height !== height) Object.assign(canvas, { width, height });
    canvas.getContext('2d', { alpha: false })!.drawImage(picture, 0, 0);
    this._stepped = true;
    // To go there it decodes all from the keyframe on, which would take the processor from the next step.
    this.players[0]!.covered = true;
  }

  private _uncover(): void {
    this._follow();
    this._stepped = false;
  }

  /** What was covered goes to the moment again. */
  private _follow(): void {
    this._between.stop();
    if (this.players[0]) this.players[0].covered = false;
  }

  /** A step may be next, once the picture of the moment itself is there. */
  private _warm(): void {
    if (this.playing || !canDecode()) return;
    if (this.players[0]?.video.seeking) this._between.once(() => this._warm());
    else void this._stepper?.warm(this.time).catch(() => {});
  }

  /** Goes where a hand rests, under the preview: most of the way is done when it lets go. */
  private _glance(): void {
    const { scrub } = this;
    this._over.stop();
    if (scrub === undefined) this._group?.glance(undefined);
    else {
      this._follow();
      this._stepper?.rest();
      // A move that is waiting comes with the next frame. Where frames take long, so do moves of a hand that does not rest.
      this._over.once(() => requestAnimationFrame(() => scrub === this.scrub && this._group?.glance(scrub)));
    }
  }

  override render() {
    const columns = Math.ceil(Math.sqrt(this.lanes.length));
    return html`<div class="grid columns-${Math.min(4, columns)}">
      ${this.lanes.map((lane, index) => this._frame(lane, index))}
    </div>`;
  }

  private _frame({ name, video }: Lane, index: number) {
    const player = this._group?.players[index];
    const at = this._states[index] ?? 'unknown';
    const words = player?.problem ?? WORDS[at];
    // What cannot be played is seen as far as pictures of it can be had.
    const still = this.scrub ?? (player?.problem === undefined || at === 'gap' ? undefined : this._time);
    const isCovered = at === 'gap' || player?.problem !== undefined;
    return html`<div class="frame" data-at=${at}>
      <video playsinline aria-label="${name}, recorded" ?hidden=${isCovered}></video>
      ${index === 0 ? html`<canvas ?hidden=${!this._stepped || at === 'gap'}></canvas>` : nothing}
      ${
        this.boxes && player && !isCovered && this.scrub === undefined
          ? boxesOver(player.source.boxesAt(this._time), player.video.videoWidth, player.video.videoHeight)
          : nothing
      }
      ${still === undefined || video === undefined ? nothing : html`<img class="preview" alt="" ${previewed(video, still)} />`}
      ${words === undefined ? nothing : html`<div class="words ${isCovered && still === undefined ? 'over' : ''}" role="status">${words}</div>`}
      ${this.lanes.length > 1 ? html`<div class="label">${name}</div>` : nothing}
      ${index === 0 ? html`<slot></slot>` : nothing}
    </div>`;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'archive-stage': ArchiveStage;
  }
}
