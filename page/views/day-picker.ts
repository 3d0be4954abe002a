import { css, html, LitElement, nothing } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import { isMissing } from '../api/http.js';
import { readDays, readRanges } from '../api/videos.js';
import '../parts/dialog-sheet.js';
import { icon } from '../parts/icons.js';
import { shared } from '../parts/styles.js';
import { addDays, addMonths, startOfDay, startOfMonth, utcDaysOf, weeksOf } from '../time/calendar.js';
import { fullDay, monthName } from '../time/format.js';

const WEEKDAYS = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'];

/** A month, with the days on which there is media. */
@customElement('day-picker')
export class DayPicker extends LitElement {
  static override styles = [
    shared,
    css`
      .months {
        display: flex;
        align-items: center;
        margin-bottom: 8px;
      }
      .months h2 {
        text-align: center;
      }
      table {
        width: 100%;
        border-collapse: collapse;
        table-layout: fixed;
      }
      th {
        font-weight: 500;
        font-size: 12px;
        color: var(--soft);
        padding: 4px 0;
      }
      td {
        padding: 2px;
      }
      td button {
        width: 100%;
        min-height: 38px;
        border-color: transparent;
        background: none;
        flex-direction: column;
        gap: 2px;
      }
      td button[data-media] {
        font-weight: 600;
        background: var(--accent-wash);
      }
      td button[aria-current] {
        border-color: var(--accent);
      }
      td button:disabled {
        border-color: transparent;
      }
      td i {
        width: 14px;
        height: 3px;
        border-radius: 2px;
        background: transparent;
      }
      [data-media] i {
        background: var(--media);
      }
    `,
  ];

  @property({ attribute: false }) videos: readonly string[] = [];
  @property({ type: Number }) time = 0;
  @state() private _month = 0;
  /** Days of the viewer. */
  @state() private _days: ReadonlySet<number> = new Set();

  override willUpdate(): void {
    if (this._month === 0) void this._show(startOfMonth(this.time));
  }

  override render() {
    return html`<dialog-sheet heading="Go to a day" @close=${() => this.dispatchEvent(new Event('close'))}>
      <div class="months">
        <button class="plain square" aria-label="Month before" @click=${() => void this._show(addMonths(this._month, -1))}>${icon('left')}</button>
        <h2 class="grow" aria-live="polite">${monthName(this._month)}</h2>
        <button class="plain square" aria-label="Month after" @click=${() => void this._show(addMonths(this._month, 1))}>${icon('right')}</button>
      </div>
      <table @keydown=${this._key}>
        <thead><tr>${WEEKDAYS.map((day) => html`<th scope="col">${day}</th>`)}</tr></thead>
        <tbody>${weeksOf(this._month).map((week) => html`<tr>${week.map((day) => html`<td>${day === undefined ? nothing : this._day(day)}</td>`)}</tr>`)}</tbody>
      </table>
    </dialog-sheet>`;
  }

  private _day(day: number) {
    const has = this._days.has(day);
    const isHere = day === startOfDay(this.time);
    return html`<button
      ?data-media=${has}
      ?disabled=${day > Date.now()}
      aria-current=${isHere ? 'date' : (nothing as unknown as string)}
      aria-label="${fullDay(day)}${has ? ', with recordings' : ', no recordings'}"
      @click=${() => this._choose(day)}
    >
      ${new Date(day).getDate()}<i></i>
    </button>`;
  }

  private _choose(day: number): void {
    this.dispatchEvent(new CustomEvent('choose', { detail: day }));
  }

  private async _show(month: number): Promise<void> {
    this._month = month;
    this._days = new Set();
    const found = await Promise.all(this.videos.map((video) => daysOf(video, month).catch(() => [])));
    if (month === this._month) this._days = new Set(found.flat());
  }

  private readonly _key = (press: KeyboardEvent): void => {
    const by = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -7, ArrowDown: 7 }[press.key];
    const buttons = [...this.renderRoot.querySelectorAll<HTMLButtonElement>('td button')];
    const at = buttons.indexOf((this.renderRoot as ShadowRoot).activeElement as HTMLButtonElement);
    if (by === undefined || at === -1) return;
    press.preventDefault();
    buttons[at + by]?.focus();
  };
}

/**
 * The engine's days are those of UTC. Where both that a day of the viewer has a part of have media, it has some as well as
 * can be told at a glance; where one of them has, it is asked.
 */
const daysOf = async (video: string, month: number): Promise<number[]> => {
  const end = addMonths(month, 1);
  let utc: Set<string>;
  try {
    utc = new Set(await readDays(video, month, end));
  } catch (error) {
    if (isMissing(error)) return [];
    throw error;
  }
  const days = weeksOf(month)
    .flat()
    .filter((day) => day !== undefined);
  const asked = days.map(async (day) => {
    const parts = utcDaysOf(day);
    const having = parts.filter((each) => utc.has(each)).length;
    if (having === 0 || having === parts.length || day > Date.now()) return having === parts.length;
    return (await readRanges(video, day, addDays(day, 1))).length > 0;
  });
  const has = await Promise.all(asked);
  return days.filter((_, index) => has[index]);
};

declare global {
  interface HTMLElementTagNameMap {
    'day-picker': DayPicker;
  }
}
