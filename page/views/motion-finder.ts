import { css, html, LitElement, nothing } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import { type FoundMotion, type Region, type Sensitivity, searchMotion } from '../api/cameras.js';
import { isMissing, messageOf } from '../api/http.js';
import { previewUrl } from '../api/videos.js';
import { listStyles } from '../parts/list-styles.js';
import { shared } from '../parts/styles.js';
import { timeLabel } from '../parts/time-label.js';
import type { Lane } from '../state/lanes.js';
import { addDays, startOfDay } from '../time/calendar.js';
import { dayName, durationText } from '../time/format.js';
import { DAY, HOUR } from '../time/scale.js';

const MOST = 300;

/** Finds when something moved in a part of the picture. */
@customElement('motion-finder')
export class MotionFinder extends LitElement {
  static override styles = [
    shared,
    listStyles,
    css`
      form {
        display: grid;
        gap: 8px;
        padding: 10px 12px;
        border-bottom: 1px solid var(--line);
      }
      .fields {
        display: grid;
        grid-template-columns: 1fr 1fr;
        gap: 8px;
      }
      .fields select {
        width: 100%;
      }
      meter {
        width: 60px;
      }
    `,
  ];

  @property({ attribute: false }) lane!: Lane;
  @property({ attribute: false }) region!: Region;
  @property({ type: Number }) time = 0;
  @state() private _found: readonly FoundMotion[] | undefined;
  @state() private _tookMs = 0;
  @state() private _problem = '';
  @state() private _asking: AbortController | undefined;

  override render() {
    return html`
      <header><h2 class="grow">Find motion</h2><button class="plain" @click=${() => this.dispatchEvent(new Event('close'))}>Done</button></header>
      <form @submit=${this._search}>
        <p class="soft">Draw a rectangle over the picture of ${this.lane.name}.</p>
        <div class="fields">
          <label>Time<select name="time"><option value="day">${dayName(this.time)}</option><option value="hours">6 hours before</option><option value="week">The week before</option></select></label>
          <label>Sensitivity<select name="sensitivity"><option value="low">Low</option><option value="medium" selected>Medium</option><option value="high">High</option></select></label>
        </div>
        <button class="main" ?disabled=${this._asking !== undefined}>Find</button>
      </form>
      <div role="status">${this._result()}</div>
    `;
  }

  private _result() {
    if (this._problem) return html`<p class="notice bad">${this._problem}</p>`;
    if (this._asking) return html`<p class="note soft">Looking…</p>`;
    const found = this._found;
    if (!found) return nothing;
    if (found.length === 0)
      return html`<p class="note soft">Nothing moved there. Try a larger part, or a higher sensitivity.</p>`;
    return html`<p class="note soft">${found.length === 1 ? 'Once' : `${found.length} times`}, found in ${this._tookMs} ms${found.length > MOST ? `; the last ${MOST}` : ''}</p>
      <ul>${found
        .slice(-MOST)
        .reverse()
        .map((each) => html`<li>${this._row(each)}</li>`)}</ul>`;
  }

  private _row({ start, end, energy }: FoundMotion) {
    const [from, to] = [Date.parse(start), Date.parse(end)];
    const { video } = this.lane;
    return html`<article>
      <button class="go" @click=${() => this._go(from)}>
        ${video === undefined ? nothing : html`<img alt="" loading="lazy" width="96" height="54" src=${previewUrl(video, from, 192)} @error=${blank} />`}
        <span class="grow"><span class="title">${timeLabel(from)}</span><span class="soft">${durationText(Math.max(1000, to - from))}</span></span>
        <meter min="0" max="255" value=${energy} aria-label="Strength"></meter>
      </button>
    </article>`;
  }

  private _go(time: number): void {
    this.dispatchEvent(new CustomEvent('go', { detail: { time: time - 1000, lane: this.lane.name } }));
  }

  private readonly _search = async (submit: Event): Promise<void> => {
    submit.preventDefault();
    const form = new FormData(submit.target as HTMLFormElement);
    const { start, end } = spanOf(String(form.get('time')), this.time);
    const asking = new AbortController();
    this._asking = asking;
    this._problem = '';
    const began = performance.now();
    try {
      const camera = this.lane.camera?.name ?? this.lane.name;
      this._found = await searchMotion(
        camera,
        this.region,
        start,
        end,
        form.get('sensitivity') as Sensitivity,
        asking.signal,
      );
      this._tookMs = Math.round(performance.now() - began);
    } catch (error) {
      this._found = undefined;
      this._problem = isMissing(error)
        ? `No detector looks at ${this.lane.name}, so there is nothing to find. A camera that is added with Motion has one.`
        : messageOf(error);
    } finally {
      this._asking = undefined;
    }
  };
}

const spanOf = (name: string, time: number): { start: number; end: number } => {
  const now = Date.now();
  if (name === 'hours') return { start: time - 6 * HOUR, end: Math.min(now, time + 1000) };
  if (name === 'week') return { start: time - 7 * DAY, end: Math.min(now, time + 1000) };
  const day = startOfDay(time);
  return { start: day, end: Math.min(now, addDays(day, 1)) };
};

const blank = ({ target }: Event): void => {
  (target as HTMLElement).hidden = true;
};

declare global {
  interface HTMLElementTagNameMap {
    'motion-finder': MotionFinder;
  }
}
