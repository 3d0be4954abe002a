import { html, LitElement, nothing } from 'lit';
import { customElement, state } from 'lit/decorators.js';
import {
  type FoundDevice,
  type FoundStream,
  findDevices,
  findStreams,
  setUpCamera,
  undoCamera,
} from '../api/camera-setup.js';
import { addressParts, type CameraWishes, cameraNameOf, isCameraName } from '../api/camera-topology.js';
import type { Camera } from '../api/cameras.js';
import { messageOf } from '../api/http.js';
import '../parts/camera-picture.js';
import { icon } from '../parts/icons.js';
import { shared } from '../parts/styles.js';
import { Watching } from '../parts/watching.js';
import { announcement, cameras } from '../state/app-state.js';
import { cameraState } from '../state/camera-words.js';
import { navigate } from '../state/navigation.js';
import { addStyles } from './add-camera-styles.js';

type Step = 'form' | 'trying';

/** A camera by its address or out of the network. Its picture is seen before it is kept. */
@customElement('add-camera')
export class AddCamera extends LitElement {
  static override styles = [shared, addStyles];

  @state() private _step: Step = 'form';
  @state() private _busy = '';
  @state() private _problem = '';
  @state() private _devices: readonly FoundDevice[] | undefined;
  @state() private _streams: readonly FoundStream[] = [];
  @state() private _name = '';
  private _kept = false;

  constructor() {
    super();
    new Watching(this, cameras.state);
  }

  /** Whoever goes away without keeping it does not want it. */
  override disconnectedCallback(): void {
    super.disconnectedCallback();
    if (this._step === 'trying' && !this._kept) void undoCamera(this._name).finally(() => cameras.refresh());
  }

  override render() {
    return html`<h1>Add a camera</h1>
      ${this._step === 'form' ? this._form() : this._trial()}
      <p role="status">${this._busy}</p>
      <div role="alert">${this._problem ? html`<p class="notice bad">${this._problem}</p>` : nothing}</div>`;
  }

  private _form() {
    return html`
      <section class="find">
        <div class="row">
          <button ?disabled=${this._busy !== ''} @click=${() => void this._find()}>${icon('find', 18)} Look in the network</button>
          <span class="soft">for cameras that know ONVIF; or give an address below.</span>
        </div>
        ${this._devices === undefined ? nothing : this._found(this._devices)}
      </section>
      <form @submit=${this._try}>
        <label>Address of its stream
          <input name="address" required placeholder="rtsp://192.168.1.20/stream1" autocomplete="off" spellcheck="false" inputmode="url" @change=${this._addressGiven} />
        </label>
        <div class="two">
          <label>User name<input name="user" autocomplete="off" spellcheck="false" /></label>
          <label>Password<input name="password" type="password" autocomplete="new-password" /></label>
        </div>
        <label>Name
          <input name="name" required maxlength="32" autocomplete="off" placeholder="front-door" aria-describedby="name-rule" @change=${this._nameGiven} />
          <span id="name-rule" class="soft rule">Letters, digits and dashes, 32 at most.</span>
        </label>
        <fieldset>
          <legend>What is recorded</legend>
          <label class="row"><input type="radio" name="records" value="motion" checked /> Motion, from 5 seconds before it</label>
          <label class="row"><input type="radio" name="records" value="always" /> Everything, all the time</label>
        </fieldset>
        <div class="two">
          <label>Sensitivity to motion
            <select name="sensitivity"><option value="low">Low</option><option value="medium" selected>Medium</option><option value="high">High</option></select>
          </label>
          <label>Recordings stay
            <select name="days"><option value="7">a week</option><option value="30" selected>30 days</option><option value="90">90 days</option><option value="3650">until the disk is full</option></select>
          </label>
        </div>
        <p class="soft">Sound is recorded as well, where there is some.</p>
        <div><button class="main" ?disabled=${this._busy !== ''}>Connect and look</button></div>
      </form>
    `;
  }

  private _found(devices: readonly FoundDevice[]) {
    if (devices.length === 0) {
      return html`<p class="soft">No camera has answered. It may be in another network, or have ONVIF switched off: give its address.</p>`;
    }
    return html`<ul class="devices">
        ${devices.map((device) => html`<li><button ?disabled=${this._busy !== ''} @click=${() => void this._ask(device)}>${device.name} <span class="soft">${device.address}</span></button></li>`)}
      </ul>
      ${this._streams.length === 0 ? html`<p class="soft">Most ask for a user name and a password: fill them in below, then choose the camera.</p>` : html`<p>Its streams:</p><ul class="devices">${this._streams.map((stream) => html`<li><button @click=${() => this._take(stream.address)}>${stream.name} <span class="soft">${stream.address}</span></button></li>`)}</ul>`}`;
  }

  private get _camera(): Camera | undefined {
    return cameras.state.value.value?.find(({ pipelines }) => pipelines.includes(this._name));
  }

  private _trial() {
    const camera = this._camera;
    const { word, problem, way, kind } = camera
      ? cameraState(camera)
      : { word: 'Connecting', problem: undefined, way: undefined, kind: 'waiting' };
    const facts = camera?.video
      ? `${camera.video.codec.toUpperCase()}, ${camera.video.width} × ${camera.video.height}`
      : '';
    return html`
      <h2>${this._name}</h2>
      <camera-picture .name=${this._name} ?live=${camera?.live ?? false} ?connected=${camera?.connected ?? false} .width=${960}></camera-picture>
      <p role="status">${kind === 'good' ? html`<strong>Connected.</strong> ${facts}` : html`<strong>${problem ?? word}</strong> ${way ?? ''}`}</p>
      <div class="row">
        <button class="main" @click=${this._keep}>Keep this camera</button>
        <button ?disabled=${this._busy !== ''} @click=${() => void this._undo()}>Undo</button>
        ${kind === 'good' ? nothing : html`<span class="soft">It can be kept although it is away: it is recorded when it is back.</span>`}
      </div>
    `;
  }

  private _input(name: string): HTMLInputElement {
    return this.renderRoot.querySelector<HTMLInputElement>(`[name=${name}]`)!;
  }

  private readonly _addressGiven = (): void => {
    const parts = addressParts(this._input('address').value);
    if (!parts) return;
    this._input('address').value = parts.address;
    if (parts.user !== '') this._input('user').value = parts.user;
    if (parts.password !== '') this._input('password').value = parts.password;
    if (this._input('name').value === '')
      this._input('name').value = cameraNameOf(new URL(parts.address.replace(/^rtsps?/i, 'http')).hostname);
  };

  private readonly _nameGiven = (): void => {
    this._input('name').value = cameraNameOf(this._input('name').value);
  };

  private async _find(): Promise<void> {
    this._streams = [];
    await this._do('Looking for cameras, for 5 seconds…', async () => {
      this._devices = await findDevices();
      announcement.set(`${this._devices.length} cameras have answered.`);
    });
  }

  private async _ask(device: FoundDevice): Promise<void> {
    await this._do('Asking the camera…', async () => {
      this._streams = await findStreams(device, this._input('user').value, this._input('password').value);
      if (this._streams.length === 1) this._take(this._streams[0]!.address);
    });
  }

  private _take(address: string): void {
    this._input('address').value = address;
    this._addressGiven();
    this._input('address').focus();
  }

  private readonly _try = async (submit: Event): Promise<void> => {
    submit.preventDefault();
    this._addressGiven();
    const form = new FormData(submit.target as HTMLFormElement);
    const text = (name: string): string => String(form.get(name) ?? '');
    const parts = addressParts(text('address'));
    const name = cameraNameOf(text('name'));
    if (!parts) {
      this._problem = 'The address begins with rtsp:// or rtsps://, and has the name or number of the camera.';
      return;
    }
    if (!isCameraName(name)) {
      this._problem = 'The name needs letters, digits or dashes.';
      return;
    }
    if (cameras.state.value.value?.some(({ pipelines }) => pipelines.includes(name))) {
      this._problem = `There is a camera '${name}' already. Give this one another name.`;
      return;
    }
    const wishes: CameraWishes = {
      address: parts.address,
      user: text('user'),
      password: text('password'),
      records: text('records') === 'always' ? 'always' : 'motion',
      sensitivity: text('sensitivity') as CameraWishes['sensitivity'],
      days: Number(text('days')),
    };
    await this._do('Connecting…', async () => {
      await setUpCamera(name, wishes);
      this._name = name;
      this._step = 'trying';
      await cameras.refresh();
    });
  };

  private readonly _keep = (): void => {
    this._kept = true;
    announcement.set(`${this._name} is added.`);
    navigate({ view: 'wall', cameras: [] });
  };

  private async _undo(): Promise<void> {
    await this._do('Removing it again…', async () => {
      await undoCamera(this._name);
      this._step = 'form';
      void cameras.refresh();
    });
  }

  private async _do(busy: string, what: () => Promise<void>): Promise<void> {
    this._busy = busy;
    this._problem = '';
    try {
      await what();
    } catch (error) {
      this._problem = messageOf(error);
    } finally {
      this._busy = '';
    }
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'add-camera': AddCamera;
  }
}
