import { css, html, LitElement, svg } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import type { Region } from '../api/cameras.js';
import { shared } from '../parts/styles.js';

/** Less is a slip of the hand. */
const SMALLEST = 0.02;

/** A rectangle over a picture: drawn with the pointer, or moved with the arrows and sized with Shift and the arrows. */
@customElement('region-picker')
export class RegionPicker extends LitElement {
  static override styles = [
    shared,
    css`
      :host {
        position: absolute;
        inset: 0;
        z-index: 2;
      }
      svg {
        width: 100%;
        height: 100%;
        display: block;
        cursor: crosshair;
        touch-action: none;
      }
      .shade {
        fill: rgb(0 0 0 / 0.45);
      }
      .region {
        fill: none;
        stroke: #fff;
        stroke-width: 2;
        stroke-dasharray: 6 4;
      }
      svg:focus-visible {
        outline-offset: -3px;
      }
    `,
  ];

  @property({ attribute: false }) region: Region = { x: 0.3, y: 0.3, width: 0.4, height: 0.4 };
  /** Of the picture. */
  @property({ type: Number }) width = 16;
  @property({ type: Number }) height = 9;
  @state() private _from: { x: number; y: number } | undefined;

  override firstUpdated(): void {
    this.renderRoot.querySelector<SVGElement>('svg')?.focus();
  }

  override render() {
    const { width: w, height: h } = this;
    const { x, y, width, height } = this.region;
    const words = `From ${percent(x)} of the width and ${percent(y)} of the height, ${percent(width)} wide and ${percent(height)} high`;
    return html`<svg
      tabindex="0"
      role="application"
      aria-roledescription="region of the picture"
      aria-label="Region in which motion is looked for. ${words}. Arrows move it, Shift and arrows change its size."
      viewBox="0 0 ${w} ${h}"
      preserveAspectRatio="xMidYMid meet"
      @pointerdown=${this._down}
      @pointermove=${this._move}
      @pointerup=${this._up}
      @keydown=${this._key}
    >
      ${svg`<path class="shade" fill-rule="evenodd" d="M0 0H${w}V${h}H0Z M${x * w} ${y * h}h${width * w}v${height * h}h${-width * w}Z"/>
      <rect class="region" x=${x * w} y=${y * h} width=${width * w} height=${height * h} vector-effect="non-scaling-stroke"/>`}
    </svg>`;
  }

  private _place(event: PointerEvent): { x: number; y: number } {
    const drawing = event.currentTarget as SVGSVGElement;
    const point = new DOMPoint(event.clientX, event.clientY).matrixTransform(drawing.getScreenCTM()?.inverse());
    return { x: clamp(point.x / this.width, 0, 1), y: clamp(point.y / this.height, 0, 1) };
  }

  private readonly _down = (event: PointerEvent): void => {
    (event.currentTarget as Element).setPointerCapture(event.pointerId);
    this._from = this._place(event);
  };

  private readonly _move = (event: PointerEvent): void => {
    const from = this._from;
    if (!from) return;
    const to = this._place(event);
    const [width, height] = [Math.abs(to.x - from.x), Math.abs(to.y - from.y)];
    if (width > SMALLEST && height > SMALLEST) {
      this._tell({ x: Math.min(from.x, to.x), y: Math.min(from.y, to.y), width, height });
    }
  };

  private readonly _up = (): void => {
    this._from = undefined;
  };

  private readonly _key = (press: KeyboardEvent): void => {
    const step = 0.02;
    const by = { ArrowLeft: [-step, 0], ArrowRight: [step, 0], ArrowUp: [0, -step], ArrowDown: [0, step] }[press.key];
    if (!by) return;
    press.preventDefault();
    press.stopPropagation();
    const [right, down] = by as [number, number];
    const { x, y, width, height } = this.region;
    if (press.shiftKey) {
      this._tell({ x, y, width: clamp(width + right, SMALLEST, 1 - x), height: clamp(height + down, SMALLEST, 1 - y) });
    } else {
      this._tell({ x: clamp(x + right, 0, 1 - width), y: clamp(y + down, 0, 1 - height), width, height });
    }
  };

  private _tell(region: Region): void {
    this.region = region;
    this.dispatchEvent(new CustomEvent('region', { detail: region }));
  }
}

const clamp = (value: number, least: number, most: number): number => Math.max(least, Math.min(most, value));

const percent = (share: number): string => `${Math.round(share * 100)} %`;

declare global {
  interface HTMLElementTagNameMap {
    'region-picker': RegionPicker;
  }
}
