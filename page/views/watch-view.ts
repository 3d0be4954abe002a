import { html, LitElement, nothing } from 'lit';
import { customElement } from 'lit/decorators.js';
import type { Region } from '../api/cameras.js';
import { FirstPicture } from '../parts/first-picture.js';
import { icon } from '../parts/icons.js';
import { link } from '../parts/link.js';
import { styled } from '../parts/styled.js';
import { shared } from '../parts/styles.js';
import { Ticking } from '../parts/ticking.js';
import { Watching } from '../parts/watching.js';
import '../stage/archive-stage.js';
import type { ArchiveStage, StageTick } from '../stage/archive-stage.js';
import '../stage/live-stage.js';
import '../stage/region-picker.js';
import { announcement, cameras } from '../state/app-state.js';
import { isForButton, isTyping } from '../state/keys.js';
import type { Lane } from '../state/lanes.js';
import { route } from '../state/navigation.js';
import { videos } from '../state/videos.js';
import { type Action, actionOf } from '../state/watch-actions.js';
import { WatchState } from '../state/watch-state.js';
import { momentText } from '../time/format.js';
import type { Span } from '../time/scale.js';
import { LANE, RULER } from '../timeline/paint.js';
import '../timeline/time-line.js';
import './camera-chips.js';
import './camera-menu.js';
import './recording-list.js';
import type { RecordingList } from './recording-list.js';
import { spanButtons } from './span-buttons.js';
import './transport-bar.js';
import { watchStyles } from './watch-styles.js';

/** Height of the buttons above the timeline with what is around them, in pixels. */
const SPANS = 42;

/** Cameras now and before: the stage, the buttons, the timeline of all of them, and the list of what was recorded. */
@customElement('watch-view')
export class WatchView extends LitElement {
  static override styles = [shared, watchStyles];

  private readonly _watch = new WatchState({
    requestUpdate: () => this.requestUpdate(),
    stage: () => this.renderRoot.querySelector<ArchiveStage>('archive-stage') ?? undefined,
    rows: () => this.renderRoot.querySelector<RecordingList>('recording-list')?.rows ?? [],
  });

  private readonly _first = new FirstPicture(
    this,
    () => this._watch.live,
    () => videos.start(),
  );

  constructor() {
    super();
    new Watching(this, route, cameras.state, videos.state);
    new Ticking(this, 1000);
  }

  override connectedCallback(): void {
    super.connectedCallback();
    addEventListener('keydown', this._onKey);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    videos.stop();
    removeEventListener('keydown', this._onKey);
  }

  override willUpdate(): void {
    this._watch.follow();
  }

  override render() {
    const watch = this._watch;
    const { lanes, chosen } = watch;
    if (lanes.length === 0) return this._empty();
    const names = chosen.map(({ name }) => name);
    const camera = chosen[0]?.camera;
    return html`
      <h1 class="hidden-words">${names.join(', ') || 'Timeline'}</h1>
      <div class="top">
        <camera-chips
          class="grow"
          .lanes=${lanes}
          .chosen=${names}
          @choose=${({ detail }: CustomEvent<readonly string[]>) => watch.choose(detail)}
        ></camera-chips>
        ${camera ? html`<camera-menu .camera=${camera}></camera-menu>` : nothing}
      </div>
      <div class="middle">
        <div class="stage">${this._stage(chosen)}</div>
        ${chosen.length === 0 ? nothing : this._aside(chosen)}
      </div>
      ${this._first.isAwaited ? html`<div class="bar"></div>` : this._bar(chosen)}
      <div class="bottom" ${styled({ 'min-height': `min(${bottomHeight(lanes.length)}px, 30vh)` })}>
        ${this._first.isAwaited ? nothing : this._times(lanes, names)}
      </div>
      ${this._sheet(lanes, names)}
    `;
  }

  private _empty() {
    if (cameras.state.value.value === undefined) {
      return html`<div class="empty" role="status"><h1>Asking for the cameras…</h1></div>`;
    }
    return html`<div class="empty">
      <h1>Nothing to watch yet</h1>
      <p>Add a camera, and what is recorded of it is here.</p>
      ${link({ view: 'add', cameras: [] }, html`${icon('add', 16)} Add a camera`, 'button main')}
    </div>`;
  }

  private _bar(chosen: readonly Lane[]) {
    const watch = this._watch;
    return html`<transport-bar
      .time=${watch.scrub ?? watch.time}
      ?live=${watch.live}
      ?playing=${watch.playing}
      ?muted=${watch.muted}
      ?boxes=${watch.boxes}
      ?finding=${watch.finding}
      ?recorded=${chosen.some(({ video }) => video !== undefined)}
      .rate=${watch.rate}
      @act=${({ detail }: CustomEvent<Action>) => watch.act(detail)}
      @rate=${({ detail }: CustomEvent<number>) => watch.setRate(detail)}
    ></transport-bar>`;
  }

  private _times(lanes: readonly Lane[], names: readonly string[]) {
    const watch = this._watch;
    return html`${spanButtons(watch.span, watch.time, (span) => watch.show(span))} ${this._timeline(lanes, names)}`;
  }

  private _timeline(lanes: readonly Lane[], names: readonly string[]) {
    const watch = this._watch;
    return html`<time-line
      .lanes=${lanes}
      .chosen=${names}
      .time=${watch.scrub ?? watch.time}
      .span=${watch.span}
      @span=${({ detail }: CustomEvent<Span>) => watch.show(detail)}
      @scrub=${({ detail }: CustomEvent<number>) => watch.scrubTo(detail)}
      @cancel=${() => watch.scrubTo(undefined)}
      @seek=${({ detail }: CustomEvent<number>) => watch.seek(detail)}
      @first=${() => watch.goFirst()}
    ></time-line>`;
  }

  private _stage(chosen: readonly Lane[]) {
    const watch = this._watch;
    if (chosen.length === 0) {
      return html`<div class="empty">
        <h2>${route.value.cameras.join(', ')} is not there</h2>
        <p>It may have been removed, or have another name by now. Those above are there.</p>
        ${link({ view: 'wall', cameras: [] }, 'All cameras', 'button')}
      </div>`;
    }
    if (watch.live && watch.scrub === undefined) {
      return html`<live-stage .lanes=${chosen} ?boxes=${watch.boxes}>${this._picker(chosen)}</live-stage>`;
    }
    const recorded = chosen.filter(({ video }) => video !== undefined);
    if (recorded.length === 0) {
      return html`<div class="empty">
        <h2>No recordings of this camera</h2>
        <p>None of its live pipelines writes a video. Clips are in the view Clips.</p>
      </div>`;
    }
    return html`<archive-stage
      .lanes=${recorded}
      .from=${watch.scrub ?? watch.time}
      .rate=${watch.rate}
      .scrub=${watch.scrub}
      ?plays=${watch.plays && watch.scrub === undefined}
      ?boxes=${watch.boxes}
      ?muted=${watch.muted}
      @tick=${({ detail }: CustomEvent<StageTick>) => watch.ticked(detail.time, detail.playing)}
      @jump=${({ detail }: CustomEvent<{ to: number }>) =>
        announcement.set(`Nothing was recorded until ${momentText(detail.to, Date.now())}.`)}
      @end=${() => watch.goLive()}
      >${this._picker(chosen)}</archive-stage
    >`;
  }

  private _picker(chosen: readonly Lane[]) {
    if (!this._watch.finding) return nothing;
    const { width = 16, height = 9 } = chosen[0]?.camera?.video ?? {};
    return html`<region-picker
      .region=${this._watch.region}
      .width=${width}
      .height=${height}
      @region=${({ detail }: CustomEvent<Region>) => this._watch.setRegion(detail)}
    ></region-picker>`;
  }

  private _aside(chosen: readonly Lane[]) {
    const label = this._watch.finding ? 'Find motion' : 'Recordings';
    return html`<aside aria-label=${label}>${this._first.isAwaited ? nothing : this._side(chosen)}</aside>`;
  }

  private _side(chosen: readonly Lane[]) {
    const watch = this._watch;
    const go = ({ detail }: CustomEvent<{ time: number; lane: string }>): void => watch.goTo(detail.time, detail.lane);
    if (watch.finding && chosen[0]) {
      void import('./motion-finder.js');
      return html`<motion-finder
        .lane=${chosen[0]}
        .region=${watch.region}
        .time=${watch.time}
        @go=${go}
        @close=${() => watch.act('find')}
      ></motion-finder>`;
    }
    return html`<recording-list .lanes=${chosen} .span=${watch.span} .time=${watch.time} @go=${go}></recording-list>`;
  }

  private _sheet(lanes: readonly Lane[], names: readonly string[]) {
    const watch = this._watch;
    const close = (): void => watch.open(undefined);
    switch (watch.sheet) {
      case 'calendar': {
        void import('./day-picker.js');
        const of = watch.chosen.flatMap(({ video }) => (video === undefined ? [] : [video]));
        return html`<day-picker
          .videos=${of}
          .time=${watch.time}
          @close=${close}
          @choose=${({ detail }: CustomEvent<number>) => watch.goToDay(detail)}
        ></day-picker>`;
      }
      case 'export':
        void import('./export-sheet.js');
        return html`<export-sheet .lanes=${lanes} .chosen=${names} .first=${watch.exported()} @close=${close}></export-sheet>`;
      case 'link':
        void import('./link-sheet.js');
        return html`<link-sheet .link=${watch.link()} @close=${close}></link-sheet>`;
      default:
        return nothing;
    }
  }

  private readonly _onKey = (press: KeyboardEvent): void => {
    const watch = this._watch;
    const isOther = press.defaultPrevented || press.ctrlKey || press.metaKey || press.altKey;
    if (isOther || watch.sheet || isTyping(press) || isForButton(press)) return;
    const action = press.key === 'Escape' && watch.finding ? 'find' : actionOf(press.key);
    if (!action) return;
    press.preventDefault();
    watch.act(action);
  };
}

/** That of the timeline with what stands above it, in pixels: the stage has its size before they are drawn. */
const bottomHeight = (lanes: number): number => SPANS + RULER + lanes * LANE;

declare global {
  interface HTMLElementTagNameMap {
    'watch-view': WatchView;
  }
}
