import { css, html, LitElement, nothing } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import { livePath, snapshotUrl } from '../api/cameras.js';
import { type LiveView, takeLive } from '../media/live-view.js';
import { shared } from './styles.js';

/** Pictures of a wall are renewed so often. */
const REFRESH_MS = 5000;
/** A live view that shows something by then needs no other picture in its place; that would be decoded while it begins. */
const PATIENCE_MS = 400;

const isOther = (changed: Map<string, unknown>): boolean =>
  changed.has('name') || changed.has('live') || changed.has('connected');

/** The picture of a camera: moving, or the last one, again and again. */
@customElement('camera-picture')
export class CameraPicture extends LitElement {
  static override styles = [
    shared,
    css`
      :host {
        display: block;
        position: relative;
        background: var(--picture);
        color: var(--picture-ink);
        overflow: hidden;
      }
      video,
      img {
        position: absolute;
        inset: 0;
        width: 100%;
        height: 100%;
        object-fit: contain;
        display: block;
      }
      .veil {
        position: absolute;
        inset: 0;
        display: grid;
        place-content: center;
        text-align: center;
        padding: 12px;
        font-size: 13px;
        color: #b9c2c3;
        gap: 4px;
      }
      .line {
        position: absolute;
        inset: auto 0 0 0;
        padding: 4px 8px;
        font-size: 12px;
        background: rgb(0 0 0 / 0.72);
      }
    `,
  ];

  /** Of the camera. */
  @property() name = '';
  /** Moving pictures. */
  @property({ type: Boolean }) live = false;
  /** It sends at present. Without, its last picture stays. */
  @property({ type: Boolean }) connected = false;
  @property({ type: Number }) width = 640;
  @state() private _version = Date.now();
  @state() private _hasStill = false;
  @state() private _shows = false;
  @state() private _problem = '';
  /** The live view may show something at any moment. */
  @state() private _begins = false;
  /** There is no live view of it. */
  @state() private _isOver = false;
  @state() private _view: LiveView | undefined;
  private _timer: ReturnType<typeof setTimeout> | undefined;
  private _patience: ReturnType<typeof setTimeout> | undefined;

  /** UTC of the picture on the screen, in ms. */
  get shownAt(): number | undefined {
    return this._view?.shownAt;
  }

  get video(): HTMLVideoElement | null {
    return this._view?.video ?? null;
  }

  /** Goes to the newest picture. */
  jump(): void {
    this._view?.jump();
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.requestUpdate();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this._end();
  }

  override willUpdate(changed: Map<string, unknown>): void {
    if (isOther(changed)) this._begins = this.live && this.connected;
  }

  override updated(changed: Map<string, unknown>): void {
    // What changes because it has left the page must not begin anything.
    if (!this.isConnected) return;
    if (isOther(changed) || (!this._view && !this._timer)) this._begin();
  }

  private _begin(): void {
    this._end();
    if (this.live && this.connected) {
      this._view = takeLive(livePath(this.name));
      this._view.video.ariaLabel = `${this.name}, live`;
      this._patience = setTimeout(() => {
        this._begins = false;
      }, PATIENCE_MS);
      this._view.listen({
        onPicture: () => {
          this._shows = true;
          this._begins = false;
          this._problem = '';
          this.dispatchEvent(new CustomEvent('picture', { bubbles: true, composed: true }));
        },
        onProblem: (words, final) => {
          this._problem = words;
          this._begins = false;
          this._shows = this._shows && !final;
          this._isOver = final;
          if (final) this._again();
        },
      });
      return;
    }
    this._again();
  }

  private _end(): void {
    this._view?.stop();
    this._view = undefined;
    clearTimeout(this._timer);
    clearTimeout(this._patience);
    this._timer = undefined;
    this._isOver = false;
    this._shows = false;
    this._problem = '';
  }

  /** Its last picture, again after a while. */
  private _again(): void {
    if (!document.hidden) this._version = Date.now();
    clearTimeout(this._timer);
    this._timer = setTimeout(() => this._again(), REFRESH_MS);
  }

  override render() {
    const still = this.live && (this._shows || this._begins) ? nothing : this._still();
    // The video lies above: its first picture need not wait for anything to be drawn anew.
    return html`
      ${still}
      ${this._isOver ? nothing : this._view?.video}
      ${this._problem ? html`<div class="line" role="status">${this._problem}</div>` : nothing}
      <slot></slot>
    `;
  }

  /** Whoever shows a camera that is away says so: this need not. */
  private _still() {
    return html`
      <img
        alt=""
        ?hidden=${!this._hasStill}
        src=${snapshotUrl(this.name, this.width, this._version)}
        @load=${() => {
          this._hasStill = true;
        }}
        @error=${() => {
          this._hasStill = this._hasStill && this.connected;
        }}
      />
      ${this._hasStill || this._problem || !this.connected ? nothing : html`<div class="veil">Waiting for a picture</div>`}
    `;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'camera-picture': CameraPicture;
  }
}
