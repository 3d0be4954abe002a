import { html, LitElement, nothing } from 'lit';
import { customElement, state } from 'lit/decorators.js';
import { repeat } from 'lit/directives/repeat.js';
import type { Camera } from '../api/cameras.js';
import { messageOf } from '../api/http.js';
import '../parts/camera-picture.js';
import { icon } from '../parts/icons.js';
import { link } from '../parts/link.js';
import { shared } from '../parts/styles.js';
import { Ticking } from '../parts/ticking.js';
import { Watching } from '../parts/watching.js';
import { cameras } from '../state/app-state.js';
import { cameraState } from '../state/camera-words.js';
import { agoText, utcText } from '../time/format.js';
import { wallStyles } from './camera-wall-styles.js';

const WALL_SETTING = 'sluice.wall';

/** All cameras at once: their pictures, how they are, and what is wrong. */
@customElement('camera-wall')
export class CameraWall extends LitElement {
  static override styles = [shared, wallStyles];

  @state() private _live = localStorage.getItem(WALL_SETTING) === 'live';

  constructor() {
    super();
    new Watching(this, cameras.state);
    new Ticking(this, 10_000);
  }

  override render() {
    const { value, error } = cameras.state.value;
    if (!value) return error ? this._failed(error) : html`<p class="empty" role="status">Asking for the cameras…</p>`;
    if (value.length === 0) return this._empty();
    const away = value.filter((camera) => cameraState(camera).kind === 'bad').length;
    return html`
      <header class="row">
        <h1 class="grow">Cameras <span class="soft count">${value.length}${away > 0 ? `, ${away} away` : ''}</span></h1>
        <div class="choice" role="group" aria-label="What the wall shows">
          <button aria-pressed=${!this._live} @click=${() => this._choose(false)}>Pictures</button>
          <button aria-pressed=${this._live} @click=${() => this._choose(true)}>Live</button>
        </div>
        ${link({ view: 'add', cameras: [] }, html`${icon('add', 16)} Add a camera`, 'button')}
      </header>
      <ul class="wall" aria-label="Cameras">
        ${repeat(
          value,
          ({ name }) => name,
          (camera) => html`<li>${this._tile(camera)}</li>`,
        )}
      </ul>
    `;
  }

  private _choose(live: boolean): void {
    this._live = live;
    localStorage.setItem(WALL_SETTING, live ? 'live' : 'pictures');
  }

  private _tile(camera: Camera) {
    const { kind, word, problem, way } = cameraState(camera);
    return link(
      { view: 'watch', cameras: [camera.name] },
      html`
        <div class="foot">
          <span class="dot ${kind}" aria-hidden="true"></span>
          <span class="name">${camera.name}</span>
          ${camera.recording ? html`<span class="recording"><span class="lamp" aria-hidden="true"></span>Recording</span>` : nothing}
          <span class="state soft">${this._since(camera, word)}</span>
        </div>
        <camera-picture .name=${camera.name} ?live=${this._live && camera.live} ?connected=${camera.connected}>
          ${camera.connected ? nothing : html`<div class="veil"><strong>${problem ?? word}</strong>${way ? html`<span>${way}</span>` : nothing}</div>`}
        </camera-picture>
      `,
      'tile',
    );
  }

  private _since({ problem, connected }: Camera, word: string) {
    const { since } = problem ?? {};
    if (since === undefined || connected) return word;
    const at = Date.parse(since);
    return html`${word} <time datetime=${since} title=${utcText(at)}>since ${agoText(at, Date.now())}</time>`;
  }

  private _failed(error: unknown) {
    return html`<div class="empty" role="alert">
      <h1>The cameras are not known</h1>
      <p>${messageOf(error)}</p>
      <button @click=${() => void cameras.refresh()}>Ask again</button>
    </div>`;
  }

  private _empty() {
    return html`<div class="empty">
      <h1>No cameras yet</h1>
      <p>Add one by its address, or let the page look for cameras in your network. You see its picture before anything is kept.</p>
      ${link({ view: 'add', cameras: [] }, html`${icon('add', 16)} Add a camera`, 'button main')}
    </div>`;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'camera-wall': CameraWall;
  }
}
