import { html, LitElement, nothing } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import type { CameraPicture } from '../parts/camera-picture.js';
import '../parts/camera-picture.js';
import { shared } from '../parts/styles.js';
import { cameraState } from '../state/camera-words.js';
import type { Lane } from '../state/lanes.js';
import { boxesOver } from './boxes-over.js';
import { LiveBoxes } from './live-boxes.js';
import { stageStyles } from './stage-styles.js';

/** One or several cameras as they are now. */
@customElement('live-stage')
export class LiveStage extends LitElement {
  static override styles = [shared, stageStyles];

  @property({ attribute: false }) lanes: readonly Lane[] = [];
  @property({ type: Boolean }) boxes = true;
  private readonly _seen = new LiveBoxes(() => this.requestUpdate());

  override connectedCallback(): void {
    super.connectedCallback();
    this._seen.start();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this._seen.stop();
  }

  /** Goes to the newest picture of all. */
  jump(): void {
    for (const picture of this.renderRoot.querySelectorAll<CameraPicture>('camera-picture')) picture.jump();
  }

  /** UTC of what is shown, in ms. */
  get shownAt(): number | undefined {
    return this.renderRoot.querySelector<CameraPicture>('camera-picture')?.shownAt;
  }

  override render() {
    const columns = Math.ceil(Math.sqrt(this.lanes.length));
    return html`<div class="grid columns-${Math.min(4, columns)}">
      ${this.lanes.map((lane, index) => this._frame(lane, index))}
    </div>`;
  }

  private _frame({ name, camera }: Lane, index: number) {
    const { word, problem, way } = camera
      ? cameraState(camera)
      : { word: 'This camera is no longer there', problem: undefined, way: 'Its recordings are on the timeline.' };
    const { width = 16, height = 9 } = camera?.video ?? {};
    return html`<div class="frame">
      ${camera ? html`<camera-picture .name=${camera.name} live ?connected=${camera.connected} .width=${1280}></camera-picture>` : nothing}
      ${this.boxes && camera?.connected ? boxesOver(this._seen.of(camera.pipelines), width, height) : nothing}
      ${camera?.connected ? nothing : html`<div class="words"><strong>${problem ?? word}</strong>${way ? html`<br />${way}` : nothing}</div>`}
      ${this.lanes.length > 1 ? html`<div class="label">${name}</div>` : nothing}
      ${index === 0 ? html`<slot></slot>` : nothing}
    </div>`;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'live-stage': LiveStage;
  }
}
