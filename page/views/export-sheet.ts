import { css, html, LitElement, nothing } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import { ApiError, messageOf, send } from '../api/http.js';
import { clipUrl, exportUrl } from '../api/videos.js';
import '../parts/dialog-sheet.js';
import { icon } from '../parts/icons.js';
import { shared } from '../parts/styles.js';
import type { Lane } from '../state/lanes.js';
import { bytesText, durationText, utcText, zoneName } from '../time/format.js';
import { fromInput, toInput } from '../time/input.js';
import type { Span } from '../time/scale.js';

/** A range of one or several cameras as a file. */
@customElement('export-sheet')
export class ExportSheet extends LitElement {
  static override styles = [
    shared,
    css`
      form {
        display: grid;
        gap: 12px;
      }
      .times {
        display: grid;
        grid-template-columns: repeat(auto-fit, minmax(200px, 1fr));
        gap: 10px;
      }
      .times input {
        width: 100%;
      }
      fieldset {
        border: 1px solid var(--line);
        border-radius: var(--radius);
        display: grid;
        gap: 6px;
        padding: 8px 12px 10px;
        margin: 0;
      }
      fieldset label {
        font-weight: 400;
      }
    `,
  ];

  @property({ attribute: false }) lanes: readonly Lane[] = [];
  @property({ attribute: false }) chosen: readonly string[] = [];
  /** What is in the fields at first. */
  @property({ attribute: false }) first: Span = { start: 0, end: 0 };
  @state() private _range: Span | undefined;
  @state() private _names: readonly string[] | undefined;
  @state() private _size: number | undefined;
  @state() private _problem = '';
  private _asked = '';

  private get _times(): Span {
    return this._range ?? this.first;
  }

  private get _videos(): string[] {
    const names = this._names ?? this.chosen;
    return this.lanes.flatMap(({ name, video }) => (names.includes(name) && video !== undefined ? [video] : []));
  }

  private get _url(): string | undefined {
    const { start, end } = this._times;
    const videos = this._videos;
    if (videos.length === 0 || !(end > start)) return undefined;
    return videos.length === 1 ? clipUrl(videos[0]!, start, end) : exportUrl(videos, start, end);
  }

  override willUpdate(): void {
    // Playing goes on behind the sheet.
    this._range ??= this.first;
  }

  override updated(): void {
    const url = this._url;
    if (url !== undefined && url !== this._asked) void this._ask(url);
  }

  override render() {
    const { start, end } = this._times;
    const url = this._url;
    const several = this._videos.length > 1;
    return html`<dialog-sheet heading="Export" @close=${() => this.dispatchEvent(new Event('close'))}>
      <form @submit=${(submit: Event) => submit.preventDefault()}>
        <div class="times">
          <label>From<input type="datetime-local" step="1" .value=${toInput(start)} title=${utcText(start)} @change=${(change: Event) => this._set('start', change)} /></label>
          <label>To<input type="datetime-local" step="1" .value=${toInput(end)} title=${utcText(end)} @change=${(change: Event) => this._set('end', change)} /></label>
        </div>
        <p class="soft">${end > start ? durationText(end - start) : 'It must end after it begins'}; times of ${zoneName()}.</p>
        <fieldset>
          <legend>Cameras</legend>
          ${this.lanes.filter(({ video }) => video !== undefined).map(({ name }) => html`<label class="row"><input type="checkbox" .checked=${(this._names ?? this.chosen).includes(name)} @change=${(change: Event) => this._toggle(name, change)} />${name}</label>`)}
        </fieldset>
        <p class="soft">
          ${several ? 'A zip file with an MP4 for each camera, and a list of their hashes.' : 'An MP4 as it was recorded, without loss.'}
          ${this._size === undefined ? nothing : bytesText(this._size)}
        </p>
        <div role="alert">${this._problem ? html`<p class="notice bad">${this._problem}</p>` : nothing}</div>
        ${url === undefined || this._problem ? html`<button class="main" disabled>Download</button>` : html`<a class="button main" href=${url} download>${icon('download', 18)} Download</a>`}
      </form>
    </dialog-sheet>`;
  }

  private _set(which: keyof Span, change: Event): void {
    const time = fromInput((change.target as HTMLInputElement).value);
    if (time !== undefined) this._range = { ...this._times, [which]: time };
  }

  private _toggle(name: string, change: Event): void {
    const names = (this._names ?? this.chosen).filter((each) => each !== name);
    this._names = (change.target as HTMLInputElement).checked ? [...names, name] : names;
  }

  private async _ask(url: string): Promise<void> {
    this._asked = url;
    this._size = undefined;
    this._problem = '';
    try {
      const { headers } = await send('HEAD', url);
      const length = Number(headers.get('content-length'));
      if (url === this._asked && length > 0) this._size = length;
    } catch (error) {
      // An answer to HEAD has no body, so the engine's own words are not there.
      const isNothing = error instanceof ApiError && error.status === 404;
      this._problem = isNothing ? 'There is no recording in this time.' : messageOf(error);
    }
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'export-sheet': ExportSheet;
  }
}
