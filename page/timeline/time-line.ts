import { html, LitElement, nothing } from 'lit';
import { customElement, property, query, state } from 'lit/decorators.js';
import { previewed } from '../parts/previewed.js';
import { styled } from '../parts/styled.js';
import { shared } from '../parts/styles.js';
import { Ticking } from '../parts/ticking.js';
import { Watching } from '../parts/watching.js';
import type { Lane } from '../state/lanes.js';
import { clockTime, dayName, fullDay } from '../time/format.js';
import { lengthOf, moved, placeOf, type Span, zoomed } from '../time/scale.js';
import { archiveNews, hasMediaAt, motion, ranges, recordingsIn } from './archive-data.js';
import { Gestures } from './gestures.js';
import { type Colours, LANE, type PaintedLane, paint, RULER } from './paint.js';
import { timeLineStyles } from './time-line-styles.js';

const COLOURS = ['ink', 'soft', 'line', 'sunken', 'media', 'motion', 'accent', 'record'] as const;
const PREVIEW_WIDTH = 192;
/** A hand that only points is shown so many moments of the whole width, so that one that moves asks for few. */
const POINTED = 300;

/** When which camera has recordings and motion, for all of them, and which moment is shown. */
@customElement('time-line')
export class TimeLine extends LitElement {
  static override styles = [shared, timeLineStyles];

  @property({ attribute: false }) lanes: readonly Lane[] = [];
  @property({ attribute: false }) chosen: readonly string[] = [];
  /** What is shown, in ms since the epoch. */
  @property({ type: Number }) time = 0;
  @property({ attribute: false }) span: Span = { start: 0, end: 1 };
  /** For an export. */
  @property({ attribute: false }) selection: Span | undefined;
  /** The moment under a hand, and the one of the preview: that of the stage too while the hand drags. */
  @state() private _hover: { time: number; y: number; preview: number } | undefined;
  @state() private _width = 600;
  @query('canvas') private _canvas!: HTMLCanvasElement;
  private readonly _gestures = new Gestures(this._target());
  private _resize: ResizeObserver | undefined;
  private readonly _dark = matchMedia('(prefers-color-scheme: dark)');

  constructor() {
    super();
    new Watching(this, archiveNews);
    new Ticking(this, 1000);
  }

  override firstUpdated(): void {
    this._resize = new ResizeObserver(([entry]) => {
      this._width = Math.max(50, entry!.contentRect.width);
    });
    this._resize.observe(this._canvas.parentElement!);
    this._canvas.addEventListener('wheel', this._gestures.wheel, { passive: false });
    this._dark.addEventListener('change', () => this.requestUpdate());
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this._resize?.disconnect();
  }

  override updated(): void {
    const { _canvas: canvas, _width: width } = this;
    const height = RULER + this.lanes.length * LANE;
    const ratio = devicePixelRatio;
    if (canvas.width !== Math.round(width * ratio) || canvas.height !== Math.round(height * ratio)) {
      canvas.width = Math.round(width * ratio);
      canvas.height = Math.round(height * ratio);
    }
    const context = canvas.getContext('2d')!;
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    paint(context, {
      span: this.span,
      now: Date.now(),
      time: this.time,
      hover: this._hover?.time,
      selection: this.selection,
      lanes: this.lanes.map((lane) => this._painted(lane)),
      colours: this._colours(),
      width,
    });
  }

  override render() {
    const height = RULER + this.lanes.length * LANE;
    const { start, end } = this.span;
    return html`
      <ul class="names" aria-hidden="true">
        ${this.lanes.map(({ name }) => html`<li class=${this.chosen.includes(name) ? 'chosen' : ''} title=${name}>${name}</li>`)}
      </ul>
      <div
        class="field"
        role="slider"
        tabindex="0"
        aria-label="Timeline"
        aria-orientation="horizontal"
        aria-describedby="how"
        aria-valuemin=${Math.round(start / 1000)}
        aria-valuemax=${Math.round(end / 1000)}
        aria-valuenow=${Math.round(Math.max(start, Math.min(end, this.time)) / 1000)}
        aria-valuetext=${this._words()}
        @keydown=${this._key}
      >
        <canvas
          ${styled({ height: `${height}px` })}
          @pointerdown=${this._gestures.down}
          @pointermove=${this._gestures.move}
          @pointerup=${this._gestures.up}
          @pointercancel=${this._gestures.up}
          @pointerleave=${this._gestures.leave}
        ></canvas>
        ${this._bubble()}
      </div>
      <p id="how" class="hidden-words">Arrows move the moment, plus and minus zoom. The list beside has the same recordings.</p>
      <div class="probes" aria-hidden="true">${COLOURS.map((name) => html`<i class=${name}></i>`)}</div>
    `;
  }

  /** In words what the picture of the timeline shows at the moment. */
  private _words(): string {
    const with_ = this.lanes.filter(({ video }) => video !== undefined && hasMediaAt(video, this.time));
    const names = with_.map(({ name }) => name).join(', ');
    return `${fullDay(this.time)}, ${clockTime(this.time)}; ${names === '' ? 'no recording' : `recording of ${names}`}`;
  }

  private _bubble() {
    if (!this._hover) return nothing;
    const { time, y, preview } = this._hover;
    const lane =
      this.lanes[Math.floor((y - RULER) / LANE)] ?? this.lanes.find(({ name }) => this.chosen.includes(name));
    const x = Math.max(
      PREVIEW_WIDTH / 2,
      Math.min(this._width - PREVIEW_WIDTH / 2, placeOf(time, this.span, this._width)),
    );
    const shows = lane?.video !== undefined && hasMediaAt(lane.video, time);
    return html`<div class="bubble" ${styled({ left: `${x}px` })} aria-hidden="true">
      ${shows ? html`<img alt="" width=${PREVIEW_WIDTH} ${previewed(lane.video!, preview)} />` : nothing}
      <span>${lengthOf(this.span) > 86_400_000 ? `${dayName(time)}, ` : ''}${clockTime(time)}</span>
    </div>`;
  }

  private _painted({ name, video, camera }: Lane): PaintedLane {
    const { span } = this;
    const marks = video === undefined ? [] : recordingsIn(video, span);
    return {
      chosen: this.chosen.includes(name),
      ranges: video === undefined ? [] : ranges.of(video, span).flat(),
      motion: camera ? motion.of(camera.name, span) : [],
      marks: marks.flatMap((recording): PaintedLane['marks'][number][] => {
        const time = Date.parse(recording.start);
        if (recording.protected) return [{ time, kind: 'protected' }];
        return recording.seen ? [] : [{ time, kind: 'unseen' }];
      }),
    };
  }

  private _colours(): Colours {
    const of = (name: string): string => getComputedStyle(this.renderRoot.querySelector(`.probes .${name}`)!).color;
    return Object.fromEntries(COLOURS.map((name) => [name, of(name)])) as unknown as Colours;
  }

  private _tell(type: 'seek' | 'scrub' | 'cancel', time: number): void {
    this.dispatchEvent(new CustomEvent(type, { detail: time }));
  }

  private _show(span: Span): void {
    this.dispatchEvent(new CustomEvent('span', { detail: span }));
  }

  private _target() {
    const self = this;
    return {
      get span() {
        return self.span;
      },
      get width() {
        return self._width;
      },
      get now() {
        return Date.now();
      },
      setSpan: (span: Span) => self._show(span),
      hover: (time: number | undefined, y: number) => {
        const step = lengthOf(self.span) / POINTED;
        self._hover = time === undefined ? undefined : { time, y, preview: Math.round(time / step) * step };
      },
      scrub: (time: number) => {
        const at = Math.min(time, Date.now());
        self._hover = { time, y: self._hover?.y ?? 0, preview: at };
        self._tell('scrub', at);
      },
      release: (time: number | undefined) => {
        if (time === undefined) self._tell('cancel', self.time);
        else self._tell('seek', Math.min(time, Date.now()));
      },
    };
  }

  private readonly _key = (press: KeyboardEvent): void => {
    const { span, time } = this;
    const step = (lengthOf(span) / 100) * (press.shiftKey ? 10 : 1);
    const now = Date.now();
    const does: Record<string, () => void> = {
      ArrowLeft: () => this._tell('seek', time - step),
      ArrowRight: () => this._tell('seek', Math.min(now, time + step)),
      PageUp: () => this._tell('seek', time - lengthOf(span)),
      PageDown: () => this._tell('seek', Math.min(now, time + lengthOf(span))),
      End: () => this._tell('seek', now),
      Home: () => this.dispatchEvent(new Event('first')),
      '+': () => this._show(zoomed(span, 0.5, time, now)),
      '=': () => this._show(zoomed(span, 0.5, time, now)),
      '-': () => this._show(zoomed(span, 2, time, now)),
    };
    const what = does[press.key];
    if (!what || press.ctrlKey || press.metaKey || press.altKey) return;
    press.preventDefault();
    press.stopPropagation();
    what();
  };

  /** Moves what is shown. */
  shift(share: number): void {
    this._show(moved(this.span, share * lengthOf(this.span), Date.now()));
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'time-line': TimeLine;
  }
}
