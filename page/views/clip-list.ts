import { css, html, LitElement, nothing } from 'lit';
import { customElement, state } from 'lit/decorators.js';
import { type Clip, clipFile, clipPicture, deleteClip, listClips, protectClip, seeClip } from '../api/clips.js';
import { isMissing, messageOf } from '../api/http.js';
import '../parts/dialog-sheet.js';
import { icon } from '../parts/icons.js';
import { listStyles } from '../parts/list-styles.js';
import { shared } from '../parts/styles.js';
import { timeLabel } from '../parts/time-label.js';
import { Watching } from '../parts/watching.js';
import { announcement, cameras, events } from '../state/app-state.js';
import { causeWords } from '../state/causes.js';
import { bytesText, durationText } from '../time/format.js';

/** The files of FileSinks, newest first. */
@customElement('clip-list')
export class ClipList extends LitElement {
  static override styles = [
    shared,
    listStyles,
    css`
      ul {
        max-width: 860px;
      }
      video {
        display: block;
        width: 100%;
        max-height: 70vh;
        background: var(--picture);
      }
    `,
  ];

  @state() private _clips: readonly Clip[] | undefined;
  @state() private _more: string | undefined;
  @state() private _pipeline = '';
  @state() private _problem = '';
  @state() private _playing: Clip | undefined;
  @state() private _deleting: Clip | undefined;
  private _end: (() => void) | undefined;

  constructor() {
    super();
    new Watching(this, cameras.state);
  }

  override connectedCallback(): void {
    super.connectedCallback();
    void this._load();
    this._end = events.subscribe(({ eventType }) => {
      if (/\.Recording(?:Started|Available|Deleted)$/.test(eventType)) void this._load();
    });
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this._end?.();
  }

  override render() {
    const pipelines = cameras.state.value.value?.flatMap((camera) => camera.pipelines) ?? [];
    return html`
      <header>
        <h1 class="grow">Clips</h1>
        <label class="row">Camera
          <select @change=${this._choose}>
            <option value="">All</option>
            ${pipelines.map((name) => html`<option value=${name} ?selected=${name === this._pipeline}>${name}</option>`)}
          </select>
        </label>
      </header>
      <div role="alert">${this._problem ? html`<p class="notice bad">${this._problem}</p>` : nothing}</div>
      ${this._list()} ${this._sheets()}
    `;
  }

  private _list() {
    if (!this._clips) return this._problem ? nothing : html`<p class="note soft" role="status">Asking…</p>`;
    if (this._clips.length === 0) {
      return html`<div class="empty"><h2>No clips</h2><p>A live pipeline with a FileSink makes one for each event. What VideoSinks record is on the timeline.</p></div>`;
    }
    return html`<ul>${this._clips.map((clip) => html`<li>${this._row(clip)}</li>`)}</ul>
      ${this._more === undefined ? nothing : html`<p class="note"><button @click=${() => void this._older()}>Older clips</button></p>`}`;
  }

  private _row(clip: Clip) {
    const start = Date.parse(clip.start);
    const words = `${causeWords(clip.cause)}, ${clip.pipeline}`;
    const facts = [
      clip.end === undefined ? 'recording' : durationText(Date.parse(clip.end) - start),
      clip.bytes === undefined ? '' : bytesText(clip.bytes),
      clip.incomplete ? 'incomplete' : '',
    ]
      .filter(Boolean)
      .join(' · ');
    return html`<article>
      <button class="go" @click=${() => this._play(clip)}>
        <img alt="" loading="lazy" width="96" height="54" src=${clipPicture(clip.id)} @error=${blank} />
        <span class="grow">
          <span class="title">${clip.seen ? nothing : html`<span class="new" title="Not seen"></span><span class="hidden-words">Not seen. </span>`}${words}</span>
          <span class="soft">${timeLabel(start)} · ${facts}</span>
        </span>
      </button>
      <div class="tools">
        <button class="plain square" aria-pressed=${clip.protected} title=${clip.protected ? 'Protected: stays until you release it' : 'Protect from removal'} aria-label="Protect: ${words}" @click=${() => void this._change(() => protectClip(clip.id, !clip.protected), clip.protected ? 'No longer protected' : 'Protected')}>${icon(clip.protected ? 'shielded' : 'shield', 18)}</button>
        <a class="button plain" title="Download" aria-label="Download: ${words}" download href=${clipFile(clip.id)}>${icon('download', 18)}</a>
        <button class="plain square" title=${clip.protected ? 'Protected clips cannot be deleted' : 'Delete'} aria-label="Delete: ${words}" ?disabled=${clip.protected} @click=${() => {
          this._deleting = clip;
        }}>${icon('remove', 18)}</button>
      </div>
    </article>`;
  }

  private _sheets() {
    const playing = this._playing;
    const deleting = this._deleting;
    if (playing) {
      return html`<dialog-sheet wide heading="${playing.pipeline}, ${causeWords(playing.cause)}" @close=${() => {
        this._playing = undefined;
      }}>
        <video controls autoplay playsinline src=${clipFile(playing.id)} aria-label="Clip of ${playing.pipeline}"></video>
        <p class="soft">${timeLabel(Date.parse(playing.start))} · ${playing.path}</p>
      </dialog-sheet>`;
    }
    if (!deleting) return nothing;
    return html`<dialog-sheet heading="Delete this clip?" @close=${() => {
      this._deleting = undefined;
    }}>
      <p>${causeWords(deleting.cause)}, ${deleting.pipeline}, ${timeLabel(Date.parse(deleting.start))}. It cannot be brought back.</p>
      <div class="row"><button class="danger" @click=${() => void this._delete(deleting)}>Delete it</button><button @click=${() => {
        this._deleting = undefined;
      }}>Keep it</button></div>
    </dialog-sheet>`;
  }

  private readonly _choose = ({ target }: Event): void => {
    this._pipeline = (target as HTMLSelectElement).value;
    this._clips = undefined;
    void this._load();
  };

  private async _load(): Promise<void> {
    const pipeline = this._pipeline;
    try {
      const page = await listClips(pipeline);
      if (pipeline !== this._pipeline) return;
      this._clips = page.value;
      this._more = page['@continuationToken'];
      this._problem = '';
    } catch (error) {
      this._problem = isMissing(error)
        ? 'This engine does not list clips. They are in its data folder, below media/.'
        : messageOf(error);
    }
  }

  private async _older(): Promise<void> {
    const token = this._more;
    try {
      const page = await listClips(this._pipeline, token);
      this._clips = [...(this._clips ?? []), ...page.value];
      this._more = page['@continuationToken'];
    } catch (error) {
      this._problem = messageOf(error);
    }
  }

  private _play(clip: Clip): void {
    this._playing = clip;
    if (!clip.seen) void this._change(() => seeClip(clip.id));
  }

  private async _delete(clip: Clip): Promise<void> {
    this._deleting = undefined;
    await this._change(() => deleteClip(clip.id), 'The clip is deleted.');
  }

  private async _change(what: () => Promise<void>, done?: string): Promise<void> {
    try {
      await what();
      if (done !== undefined) announcement.set(done);
      await this._load();
    } catch (error) {
      this._problem = messageOf(error);
    }
  }
}

const blank = ({ target }: Event): void => {
  (target as HTMLElement).hidden = true;
};

declare global {
  interface HTMLElementTagNameMap {
    'clip-list': ClipList;
  }
}
