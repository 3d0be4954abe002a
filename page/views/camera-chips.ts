import { css, html, LitElement } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import { icon } from '../parts/icons.js';
import { shared } from '../parts/styles.js';
import type { Lane } from '../state/lanes.js';

/** Which cameras are on the stage: one by its name, more with the sign beside it. */
@customElement('camera-chips')
export class CameraChips extends LitElement {
  static override styles = [
    shared,
    css`
      :host {
        display: flex;
        gap: 6px;
        overflow-x: auto;
        padding: 8px 14px;
        scrollbar-width: thin;
        background: var(--surface);
        border-bottom: 1px solid var(--line);
      }
      .chip {
        display: flex;
        flex: none;
      }
      .chip button {
        min-height: 30px;
      }
      .name {
        border-radius: 15px 0 0 15px;
        padding: 2px 8px 2px 12px;
      }
      .more {
        border-radius: 0 15px 15px 0;
        border-left: 0;
        padding: 2px 8px 2px 6px;
      }
      .gone {
        font-style: italic;
      }
    `,
  ];

  @property({ attribute: false }) lanes: readonly Lane[] = [];
  @property({ attribute: false }) chosen: readonly string[] = [];

  /** What is chosen must be in sight where there is little room. */
  override updated(changed: Map<string, unknown>): void {
    if (!changed.has('chosen')) return;
    this.renderRoot.querySelector('[aria-pressed=true]')?.scrollIntoView({ inline: 'nearest', block: 'nearest' });
  }

  override render() {
    const all = this.lanes.every(({ name }) => this.chosen.includes(name));
    return html`
      ${this.lanes.map(({ name, camera }) => {
        const isOn = this.chosen.includes(name);
        return html`<span class="chip" role="group" aria-label=${name}>
          <button class="name ${camera ? '' : 'gone'}" aria-pressed=${isOn} @click=${() => this._choose([name])}>${name}</button>
          <button class="more" aria-pressed=${isOn} aria-label=${isOn ? `Take ${name} from the stage` : `Put ${name} on the stage too`} @click=${() => this._toggle(name)}>
            ${icon(isOn ? 'minus' : 'plus', 14)}
          </button>
        </span>`;
      })}
      ${this.lanes.length > 1 ? html`<button class="plain" aria-pressed=${all} @click=${() => this._choose(this.lanes.map(({ name }) => name))}>All</button>` : ''}
    `;
  }

  private _toggle(name: string): void {
    const others = this.chosen.filter((each) => each !== name);
    const next = others.length < this.chosen.length ? others : [...this.chosen, name];
    // In the order of the lanes, whatever the order of the hand.
    if (next.length > 0) this._choose(this.lanes.map((lane) => lane.name).filter((each) => next.includes(each)));
  }

  private _choose(names: readonly string[]): void {
    this.dispatchEvent(new CustomEvent('choose', { detail: names }));
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'camera-chips': CameraChips;
  }
}
