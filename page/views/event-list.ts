import { css, html, LitElement, nothing } from 'lit';
import { customElement, state } from 'lit/decorators.js';
import { repeat } from 'lit/directives/repeat.js';
import { type EventRecord, pipelineOf } from '../api/events.js';
import { messageOf } from '../api/http.js';
import { link } from '../parts/link.js';
import { shared } from '../parts/styles.js';
import { timeLabel } from '../parts/time-label.js';
import { Watching } from '../parts/watching.js';
import { cameras } from '../state/app-state.js';
import { EventLog } from '../state/event-log.js';
import { type EventKind, eventWords } from '../state/event-words.js';
import { clockTime, fullDay } from '../time/format.js';

const MOST = 400;

const KINDS: readonly { kind: EventKind; name: string }[] = [
  { kind: 'motion', name: 'Motion and objects' },
  { kind: 'recording', name: 'Recordings' },
  { kind: 'camera', name: 'Cameras' },
  { kind: 'trouble', name: 'Trouble' },
  { kind: 'engine', name: 'Engine' },
];

/** What has happened, newest first. */
@customElement('event-list')
export class EventList extends LitElement {
  static override styles = [
    shared,
    css`
      :host {
        display: block;
        padding: 14px 18px 24px;
      }
      header {
        display: flex;
        flex-wrap: wrap;
        gap: 8px 16px;
        align-items: center;
        margin-bottom: 10px;
      }
      fieldset {
        display: flex;
        flex-wrap: wrap;
        gap: 4px 14px;
        border: 0;
        margin: 0;
        padding: 0;
      }
      fieldset label {
        font-weight: 400;
        display: flex;
        align-items: center;
        gap: 5px;
        min-height: 28px;
      }
      h2 {
        padding: 14px 0 6px;
        font-size: 13px;
        color: var(--soft);
        font-weight: 500;
      }
      ul {
        list-style: none;
        margin: 0;
        padding: 0;
        border-top: 1px solid var(--line);
      }
      li {
        display: grid;
        grid-template-columns: 84px 150px minmax(0, 1fr) auto;
        gap: 2px 12px;
        padding: 5px 2px;
        border-bottom: 1px solid var(--line);
        align-items: baseline;
      }
      .of {
        font-weight: 500;
        overflow: hidden;
        text-overflow: ellipsis;
      }
      .words {
        overflow-wrap: anywhere;
      }
      .trouble .words {
        color: var(--record);
      }
      details {
        grid-column: 3 / -1;
      }
      summary {
        cursor: pointer;
        color: var(--soft);
        font-size: 12px;
      }
      pre {
        margin: 6px 0;
        padding: 8px 10px;
        overflow: auto;
        background: var(--sunken);
        border-radius: var(--radius);
        font-size: 12px;
        max-height: 320px;
      }
      @media (max-width: 640px) {
        :host {
          padding: 10px;
        }
        li {
          grid-template-columns: 76px minmax(0, 1fr) auto;
        }
        .words,
        details {
          grid-column: 1 / -1;
        }
        .words {
          order: 1;
        }
        details {
          order: 2;
        }
      }
    `,
  ];

  /** Motion is on the timeline, and there is much of it. */
  @state() private _kinds: ReadonlySet<EventKind> = new Set(['recording', 'camera', 'trouble', 'engine']);
  @state() private _camera = '';
  private readonly _log = new EventLog();

  constructor() {
    super();
    new Watching(this, this._log.state, cameras.state);
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this._log.start();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this._log.stop();
  }

  override render() {
    const { events, loading, more, error } = this._log.state.value;
    const pipelines = cameras.state.value.value?.find(({ name }) => name === this._camera)?.pipelines;
    const shown = events.filter((event) => {
      const isOf = pipelines === undefined || pipelines.includes(pipelineOf(event) ?? '');
      return isOf && this._kinds.has(eventWords(event).kind);
    });
    return html`
      <header>
        <h1 class="grow">Events</h1>
        <label class="row">Camera ${this._cameras()}</label>
        <fieldset>
          <legend class="hidden-words">Which events</legend>
          ${KINDS.map(({ kind, name }) => html`<label><input type="checkbox" .checked=${this._kinds.has(kind)} @change=${() => this._toggle(kind)} />${name}</label>`)}
        </fieldset>
      </header>
      ${error ? html`<p class="notice bad" role="alert">${messageOf(error)}</p>` : nothing} ${this._days(shown.slice(0, MOST))}
      ${shown.length === 0 ? html`<p class="empty" role="status">${loading ? 'Asking…' : 'No such events in this part of the log.'}</p>` : nothing}
      ${more ? html`<p><button ?disabled=${loading} @click=${() => void this._log.older()}>Older events</button></p>` : nothing}
    `;
  }

  private _cameras() {
    const known = cameras.state.value.value ?? [];
    return html`<select @change=${this._choose}>
      <option value="">All</option>
      ${known.map(({ name }) => html`<option value=${name} ?selected=${name === this._camera}>${name}</option>`)}
    </select>`;
  }

  private _days(events: readonly EventRecord[]) {
    const days = groupBy(events, ({ eventTime }) => new Date(eventTime).toDateString());
    return [...days.values()].map(
      (day) => html`<h2>${fullDay(Date.parse(day[0]!.eventTime))}</h2>
        <ul>
          ${repeat(
            day,
            ({ seq }) => seq,
            (event) => this._event(event),
          )}
        </ul>`,
    );
  }

  private _event(event: EventRecord) {
    const time = Date.parse(event.eventTime);
    const pipeline = pipelineOf(event);
    const { kind, words } = eventWords(event);
    const canShow = pipeline !== undefined && (kind === 'motion' || kind === 'recording');
    return html`<li class=${kind}>
      ${timeLabel(time, clockTime(time))}
      <span class="of">${pipeline ?? 'Engine'}</span>
      <span class="words">${words}</span>
      <span>${canShow ? link({ view: 'watch', cameras: [pipeline], time }, 'Show', '', `Show ${pipeline} at this moment`) : nothing}</span>
      <details>
        <summary>Details of event ${event.seq}</summary>
        <pre tabindex="0">${JSON.stringify(event, undefined, 2)}</pre>
      </details>
    </li>`;
  }

  private readonly _choose = ({ target }: Event): void => {
    this._camera = (target as HTMLSelectElement).value;
  };

  private _toggle(kind: EventKind): void {
    const others = [...this._kinds].filter((each) => each !== kind);
    this._kinds = new Set(others.length < this._kinds.size ? others : [...others, kind]);
  }
}

/** In the order in which the keys come first. */
const groupBy = <T>(all: readonly T[], keyOf: (each: T) => string): Map<string, T[]> => {
  const groups = new Map<string, T[]>();
  for (const each of all) {
    const key = keyOf(each);
    const group = groups.get(key);
    if (group) group.push(each);
    else groups.set(key, [each]);
  }
  return groups;
};

declare global {
  interface HTMLElementTagNameMap {
    'event-list': EventList;
  }
}
