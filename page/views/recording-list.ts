import { html, LitElement, nothing } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import { messageOf } from '../api/http.js';
import { clipUrl, markSeen, previewUrl, protectRecording, type Recording } from '../api/videos.js';
import { icon } from '../parts/icons.js';
import { listStyles } from '../parts/list-styles.js';
import { shared } from '../parts/styles.js';
import { timeLabel } from '../parts/time-label.js';
import { Watching } from '../parts/watching.js';
import { announcement } from '../state/app-state.js';
import { causeWords } from '../state/causes.js';
import type { Lane } from '../state/lanes.js';
import { clockTime, durationText } from '../time/format.js';
import type { Span } from '../time/scale.js';
import { archiveNews, ranges, recordings, recordingsIn } from '../timeline/archive-data.js';

const MOST = 200;

interface Row {
  lane: Lane;
  recording: Recording;
  start: number;
  end: number | undefined;
}

/** The recordings of what the timeline shows, newest first: the same as on the timeline, in words. */
@customElement('recording-list')
export class RecordingList extends LitElement {
  static override styles = [shared, listStyles];

  @property({ attribute: false }) lanes: readonly Lane[] = [];
  @property({ attribute: false }) span: Span = { start: 0, end: 1 };
  @property({ type: Number }) time = 0;
  @state() private _onlyNew = false;
  @state() private _problem = '';

  constructor() {
    super();
    new Watching(this, archiveNews);
  }

  /** Oldest first. */
  get rows(): Row[] {
    const { lanes, span } = this;
    return lanes
      .flatMap((lane) =>
        lane.video === undefined ? [] : recordingsIn(lane.video, span).map((recording) => rowOf(lane, recording)),
      )
      .sort((a, b) => a.start - b.start);
  }

  override render() {
    const rows = this.rows;
    const shown = rows.filter(({ recording }) => !this._onlyNew || !recording.seen).reverse();
    const unseen = rows.filter(({ recording }) => !recording.seen).length;
    return html`
      <header>
        <h2 class="grow">Recordings <span class="soft">${shown.length}</span></h2>
        <label class="row"><input type="checkbox" .checked=${this._onlyNew} @change=${this._filter} /> Not seen</label>
        <button class="plain" ?disabled=${unseen === 0} @click=${() => void this._seeAll(rows)}>Mark all seen</button>
      </header>
      ${this._problem ? html`<p class="notice bad" role="alert">${this._problem}</p>` : nothing}
      ${shown.length === 0 ? this._nothing() : html`<ul>${shown.slice(0, MOST).map((row) => html`<li>${this._row(row)}</li>`)}</ul>`}
      ${shown.length > MOST ? html`<p class="soft note">${shown.length - MOST} more: show a shorter time.</p>` : nothing}
    `;
  }

  private _nothing() {
    const videos = this.lanes.flatMap(({ video }) => (video === undefined ? [] : [video]));
    if (this.lanes.length === 0) return nothing;
    if (videos.length === 0)
      return html`<p class="soft note">Nothing is recorded of this camera into a video. Its clips are in the view Clips.</p>`;
    if (!videos.every((video) => recordings.isComplete(video, this.span)))
      return html`<p class="soft note" role="status">Asking…</p>`;
    const hasMedia = videos.some((video) => ranges.of(video, this.span).flat().length > 0);
    const words = this._onlyNew
      ? 'All of them are seen.'
      : hasMedia
        ? 'It is recorded without a cause, all the time.'
        : 'Nothing was recorded in the time that is shown.';
    return html`<p class="soft note">${words}</p>`;
  }

  private _row(row: Row) {
    const { lane, recording, start, end } = row;
    const isHere = this.time >= start && this.time <= (end ?? Date.now());
    const cause = causeWords(recording.cause);
    // Of one camera, its name is over the picture.
    const title = this.lanes.length > 1 ? `${cause}, ${lane.name}` : cause;
    const words = `${cause}, ${lane.name}, ${clockTime(start)}`;
    return html`<article class=${isHere ? 'here' : ''}>
      <button class="go" @click=${() => this._go(row)} aria-current=${isHere ? 'true' : 'false'}>
        <img alt="" loading="lazy" width="96" height="54" src=${previewUrl(lane.video!, start + 2000, 192)} @error=${blank} />
        <span class="grow">
          <span class="title">${recording.seen ? nothing : html`<span class="new" title="Not seen"></span><span class="hidden-words">Not seen. </span>`}${title}</span>
          <span class="soft">${timeLabel(start)} · <span class=${end === undefined ? 'length open' : 'length'}>${end === undefined ? 'recording' : durationText(end - start)}</span></span>
        </span>
      </button>
      <div class="tools">
        <button class="plain square" aria-pressed=${recording.protected} title=${recording.protected ? 'Protected: stays until you release it' : 'Protect from removal'} aria-label="Protect: ${words}" @click=${() => void this._protect(row)}>${icon(recording.protected ? 'shielded' : 'shield', 18)}</button>
        ${recording.seen ? nothing : html`<button class="plain square" title="Mark as seen" aria-label="Mark as seen: ${words}" @click=${() => void this._see([row])}>${icon('seen', 18)}</button>`}
        ${end === undefined ? nothing : html`<a class="button plain" title="Download" aria-label="Download: ${words}" download href=${clipUrl(lane.video!, start, end)}>${icon('download', 18)}</a>`}
      </div>
    </article>`;
  }

  private readonly _filter = ({ target }: Event): void => {
    this._onlyNew = (target as HTMLInputElement).checked;
  };

  private _go(row: Row): void {
    this.dispatchEvent(new CustomEvent('go', { detail: { time: row.start, lane: row.lane.name } }));
    if (!row.recording.seen) void this._see([row]);
  }

  private _seeAll(rows: readonly Row[]): Promise<void> {
    return this._see(rows.filter(({ recording }) => !recording.seen));
  }

  private _see(rows: readonly Row[]): Promise<void> {
    return this._change(rows, ({ lane, recording }) => markSeen(lane.video!, recording.id), 'Marked as seen');
  }

  private _protect(row: Row): Promise<void> {
    const on = !row.recording.protected;
    const change = ({ lane, recording }: Row) => protectRecording(lane.video!, recording.id, on);
    return this._change([row], change, on ? 'Protected' : 'No longer protected');
  }

  private async _change(rows: readonly Row[], change: (row: Row) => Promise<void>, words: string): Promise<void> {
    try {
      for (const row of rows) await change(row);
      this._problem = '';
      announcement.set(words);
    } catch (error) {
      this._problem = messageOf(error);
    }
    for (const video of new Set(rows.map(({ lane }) => lane.video!))) recordings.forget(video);
  }
}

const rowOf = (lane: Lane, recording: Recording): Row => ({
  lane,
  recording,
  start: Date.parse(recording.start),
  end: recording.end === undefined ? undefined : Date.parse(recording.end),
});

const blank = ({ target }: Event): void => {
  (target as HTMLElement).hidden = true;
};

declare global {
  interface HTMLElementTagNameMap {
    'recording-list': RecordingList;
  }
}
