import { css, html, LitElement, nothing } from 'lit';
import { customElement } from 'lit/decorators.js';
import { messageOf } from '../api/http.js';
import { shared } from '../parts/styles.js';
import { Watching } from '../parts/watching.js';
import { cameras, metrics, readiness } from '../state/app-state.js';
import { agoText, bytesText } from '../time/format.js';

const CHECKS: Readonly<Record<string, string>> = {
  dataFolder: 'Recordings can be written',
  eventLog: 'Events can be written',
  pipelines: 'What is to run is stored',
  engine: 'The engine works',
};

/** How the engine itself is. */
@customElement('system-view')
export class SystemView extends LitElement {
  static override styles = [
    shared,
    css`
      :host {
        display: block;
        padding: 14px 18px 24px;
        max-width: 720px;
      }
      h2 {
        margin: 18px 0 6px;
      }
      table {
        width: 100%;
        border-collapse: collapse;
      }
      th,
      td {
        text-align: left;
        font-weight: 400;
        padding: 7px 2px;
        border-bottom: 1px solid var(--line);
        vertical-align: top;
      }
      th {
        width: 45%;
      }
      .more {
        margin-top: 14px;
      }
      .good {
        color: var(--good);
      }
      .bad {
        color: var(--record);
      }
    `,
  ];

  constructor() {
    super();
    new Watching(this, readiness.state, metrics.state, cameras.state);
  }

  override render() {
    const { value: ready, error } = readiness.state.value;
    return html`
      <h1>System</h1>
      <h2>State</h2>
      ${error ? html`<p class="notice bad" role="alert">${messageOf(error)}</p>` : nothing}
      <table>
        <tbody>
          ${Object.entries(ready?.checks ?? {}).map(([part, state]) => html`<tr><th scope="row">${CHECKS[part] ?? part}</th><td class=${state === 'ok' ? 'good' : 'bad'}>${state === 'ok' ? 'Yes' : state}</td></tr>`)}
        </tbody>
      </table>
      <h2>Figures</h2>
      <table>
        <tbody>
          ${this._figures().map(([name, value]) => html`<tr><th scope="row">${name}</th><td>${value}</td></tr>`)}
        </tbody>
      </table>
      <p class="soft more"><a href="/metrics">All metrics</a>, for Prometheus · <a href="/openapi.json">OpenAPI</a>, for programs</p>
    `;
  }

  private _figures(): (readonly [string, string])[] {
    const found = metrics.state.value.value;
    const list = cameras.state.value.value ?? [];
    const figures: (readonly [string, string])[] = [
      ['Cameras', `${list.length}, ${list.filter(({ connected }) => connected).length} connected`],
      ['Recording now', String(list.filter(({ recording }) => recording).length)],
    ];
    const add = (name: string, metric: string, text: (value: number) => string): void => {
      const value = found?.get(metric);
      if (value !== undefined) figures.push([name, text(value)]);
    };
    add('Free on the disk of recordings', 'sluice_data_free_bytes', bytesText);
    add('Event log', 'sluice_event_log_bytes', bytesText);
    add('Newest event', 'sluice_event_log_last_seq', (value) => `number ${value}`);
    add('MQTT broker', 'sluice_mqtt_connected', (value) => (value === 1 ? 'connected' : 'cannot be reached'));
    add('Events that wait for the broker', 'sluice_mqtt_lag_events', String);
    add('Memory of the engine', 'process_resident_memory_bytes', bytesText);
    add('Started', 'process_start_time_seconds', (value) => agoText(value * 1000, Date.now()));
    return figures;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'system-view': SystemView;
  }
}
