import { css, html, LitElement } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import { ifDefined } from 'lit/directives/if-defined.js';
import { icon } from '../parts/icons.js';
import { shared } from '../parts/styles.js';
import { type Action, RATES, WORDS } from '../state/watch-actions.js';
import { clockMillis, clockTime, fullDay, utcText } from '../time/format.js';

/** The buttons under the picture. */
@customElement('transport-bar')
export class TransportBar extends LitElement {
  static override styles = [
    shared,
    css`
      :host {
        display: flex;
        align-items: center;
        flex-wrap: wrap;
        gap: 2px 10px;
        padding: 6px 14px;
        border-bottom: 1px solid var(--line);
        background: var(--surface);
      }
      .group {
        display: flex;
        align-items: center;
        gap: 2px;
      }
      .clock {
        flex: 1;
        min-width: 200px;
        display: flex;
        align-items: baseline;
        gap: 8px;
      }
      .clock time {
        font-size: 18px;
        font-weight: 600;
      }
      .now[aria-pressed='true'] {
        background: var(--record);
        border-color: var(--record);
        color: light-dark(#fff, #2a0704);
      }
      select {
        min-height: 34px;
        padding: 2px 4px;
      }
      @media (max-width: 640px) {
        :host {
          padding: 4px 8px;
        }
        .clock {
          order: -1;
          flex-basis: 100%;
        }
      }
    `,
  ];

  @property({ type: Number }) time = 0;
  @property({ type: Boolean }) live = false;
  @property({ type: Boolean }) playing = false;
  @property({ type: Boolean }) muted = true;
  @property({ type: Boolean }) boxes = true;
  @property({ type: Boolean }) finding = false;
  @property({ type: Number }) rate = 1;
  /** There are recordings to play. */
  @property({ type: Boolean }) recorded = false;

  override render() {
    const { live, playing, recorded } = this;
    const still = !live && !playing;
    return html`
      <div class="group" role="group" aria-label="Playing">
        ${this._button('before', { off: !recorded })} ${this._button('back', { off: !recorded })}
        ${this._button('stepBack', { off: !recorded })}
        ${this._button('play', {
          off: !recorded,
          icon: playing || live ? 'pause' : 'play',
          words: playing || live ? 'Pause' : 'Play',
        })}
        ${this._button('stepOn', { off: !recorded || live })} ${this._button('forward', { off: !recorded || live })}
        ${this._button('after', { off: !recorded || live })}
      </div>
      <div class="clock">
        <time datetime=${new Date(this.time).toISOString()} title=${utcText(this.time)}>${still ? clockMillis(this.time) : clockTime(this.time)}</time>
        <span class="soft">${fullDay(this.time)}</span>
      </div>
      <div class="group">
        <label class="hidden-words" for="rate">Speed</label>
        <select id="rate" ?disabled=${live} @change=${this._rate}>
          ${RATES.map((rate) => html`<option value=${rate} ?selected=${rate === this.rate}>${rate}×</option>`)}
        </select>
        ${this._button('mute', { icon: this.muted ? 'muted' : 'sound', pressed: !this.muted, off: live })}
        ${this._button('boxes', { pressed: this.boxes })} ${this._button('find', { pressed: this.finding })}
        ${this._button('calendar')} ${this._button('share')} ${this._button('export', { off: !recorded })}
        <button class="now" aria-pressed=${live} @click=${() => this._act('now')}>${icon('live', 18)} Live</button>
      </div>
    `;
  }

  private _button(action: Action, { off = false, pressed, icon: shape, words }: ButtonState = {}) {
    const known = WORDS[action];
    const label = words ?? known.words;
    return html`<button
      class="plain square"
      title=${label}
      aria-label=${label}
      aria-pressed=${ifDefined(pressed)}
      ?disabled=${off}
      @click=${() => this._act(action)}
    >
      ${icon(shape ?? known.icon)}
    </button>`;
  }

  private _act(action: Action): void {
    this.dispatchEvent(new CustomEvent('act', { detail: action }));
  }

  private readonly _rate = ({ target }: Event): void => {
    this.dispatchEvent(new CustomEvent('rate', { detail: Number((target as HTMLSelectElement).value) }));
  };
}

interface ButtonState {
  off?: boolean;
  pressed?: boolean;
  icon?: Parameters<typeof icon>[0];
  words?: string;
}

declare global {
  interface HTMLElementTagNameMap {
    'transport-bar': TransportBar;
  }
}
