import { css, html, LitElement } from 'lit';
import { customElement } from 'lit/decorators.js';
import '../parts/dialog-sheet.js';
import { shared } from '../parts/styles.js';
import { KEY_GROUPS } from '../state/keys.js';
import { zoneName } from '../time/format.js';

/** What can be done with the keyboard. */
@customElement('help-sheet')
export class HelpSheet extends LitElement {
  static override styles = [
    shared,
    css`
      h2 {
        margin: 14px 0 6px;
      }
      h2:first-of-type {
        margin-top: 0;
      }
      dl {
        display: grid;
        grid-template-columns: 160px 1fr;
        gap: 6px 16px;
        margin: 0;
      }
      dd {
        margin: 0;
      }
      kbd {
        display: inline-block;
        min-width: 24px;
        padding: 1px 6px;
        text-align: center;
        border: 1px solid var(--strong-line);
        border-radius: 4px;
        font: inherit;
        font-size: 12px;
        background: var(--sunken);
      }
      .zone {
        margin: 16px 0 0;
      }
    `,
  ];

  override render() {
    return html`<dialog-sheet heading="Keys" @close=${() => this.dispatchEvent(new Event('close'))}>
      ${KEY_GROUPS.map(
        ({ heading, keys }) => html`<h2>${heading}</h2>
          <dl>
            ${keys.map(
              (each) =>
                html`<dt>${each.keys.map((key) => html`<kbd>${key}</kbd> `)}</dt>
                  <dd>${each.does}</dd>`,
            )}
          </dl>`,
      )}
      <p class="soft zone">Times are those of your zone (${zoneName()}). UTC is shown where the pointer rests on one.</p>
    </dialog-sheet>`;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'help-sheet': HelpSheet;
  }
}
