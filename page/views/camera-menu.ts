import { css, html, LitElement, nothing } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import type { Camera } from '../api/cameras.js';
import { messageOf } from '../api/http.js';
import { activate, deactivate, removePipeline } from '../api/methods.js';
import '../parts/dialog-sheet.js';
import { icon } from '../parts/icons.js';
import { shared } from '../parts/styles.js';
import { announcement, cameras } from '../state/app-state.js';
import { navigate } from '../state/navigation.js';

/** What can be done with a camera as such: stop and start it, remove it. */
@customElement('camera-menu')
export class CameraMenu extends LitElement {
  static override styles = [
    shared,
    css`
      :host {
        display: flex;
        align-items: center;
        padding: 0 10px;
        border-bottom: 1px solid var(--line);
      }
      dl {
        display: grid;
        grid-template-columns: max-content 1fr;
        gap: 4px 14px;
        margin: 0 0 16px;
      }
      dt {
        color: var(--soft);
      }
      dd {
        margin: 0;
        overflow-wrap: anywhere;
      }
    `,
  ];

  @property({ attribute: false }) camera!: Camera;
  @state() private _open = false;
  @state() private _removing = false;
  @state() private _busy = '';
  @state() private _problem = '';

  override render() {
    return html`
      <button class="plain square" title="About this camera" aria-label="About ${this.camera.name}" aria-haspopup="dialog" @click=${this._show}>${icon('more')}</button>
      ${this._open ? this._sheet() : nothing}
    `;
  }

  private _sheet() {
    const { name, address, video, pipelines, topologies, videos, connection } = this.camera;
    const runs = connection !== 'inactive';
    return html`<dialog-sheet heading=${name} @close=${this._hide}>
      <dl>
        ${address === undefined ? nothing : html`<dt>Address</dt><dd>${address}</dd>`}
        ${video ? html`<dt>Picture</dt><dd>${video.codec.toUpperCase()}, ${video.width} × ${video.height}</dd>` : nothing}
        <dt>Live pipelines</dt><dd>${pipelines.join(', ')}</dd>
        <dt>Topologies</dt><dd>${topologies.join(', ')}</dd>
        <dt>Videos</dt><dd>${videos.join(', ') || 'none'}</dd>
      </dl>
      <div role="alert">${this._problem ? html`<p class="notice bad">${this._problem}</p>` : nothing}</div>
      <p role="status">${this._busy}</p>
      ${
        this._removing
          ? this._confirm(runs)
          : html`<div class="row">
        ${runs ? html`<button ?disabled=${this._busy !== ''} @click=${() => void this._stop()}>${icon('stop', 16)} Stop</button>` : html`<button class="main" ?disabled=${this._busy !== ''} @click=${() => void this._start()}>${icon('play', 16)} Start</button>`}
        <button class="danger" ?disabled=${this._busy !== ''} @click=${() => {
          this._removing = true;
        }}>${icon('remove', 16)} Remove…</button>
      </div>`
      }
    </dialog-sheet>`;
  }

  private _confirm(runs: boolean) {
    return html`<p>Remove ${this.camera.name}? Its recordings stay, until they are old or make room for others. ${runs ? 'What is being recorded is finished first.' : nothing}</p>
      <div class="row">
        <button class="danger" ?disabled=${this._busy !== ''} @click=${() => void this._remove()}>Remove it</button>
        <button ?disabled=${this._busy !== ''} @click=${() => {
          this._removing = false;
        }}>Keep it</button>
      </div>`;
  }

  private readonly _show = (): void => {
    this._open = true;
    this._removing = false;
    this._problem = '';
  };

  private readonly _hide = (): void => {
    this._open = false;
  };

  private _start(): Promise<boolean> {
    return this._do('Starting…', 'has started', activate);
  }

  private _stop(): Promise<boolean> {
    return this._do('Finishing what is being recorded…', 'has stopped', deactivate);
  }

  private async _remove(): Promise<void> {
    const remove = async (pipeline: string): Promise<void> => {
      await deactivate(pipeline);
      await removePipeline(pipeline);
    };
    if (await this._do('Removing…', 'is removed', remove)) {
      this._open = false;
      navigate({ view: 'wall', cameras: [] });
    }
  }

  private async _do(busy: string, done: string, what: (pipeline: string) => Promise<void>): Promise<boolean> {
    const { name, pipelines } = this.camera;
    this._busy = busy;
    this._problem = '';
    try {
      for (const pipeline of pipelines) await what(pipeline);
      announcement.set(`${name} ${done}.`);
      return true;
    } catch (error) {
      this._problem = messageOf(error);
      return false;
    } finally {
      this._busy = '';
      void cameras.refresh();
    }
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'camera-menu': CameraMenu;
  }
}
