import { css, html, LitElement } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import '../parts/dialog-sheet.js';
import { shared } from '../parts/styles.js';

/** A link to copy by hand, where the browser does not let the page put it into the clipboard. */
@customElement('link-sheet')
export class LinkSheet extends LitElement {
  static override styles = [
    shared,
    css`
      input {
        width: 100%;
      }
    `,
  ];

  @property() link = '';

  override render() {
    return html`<dialog-sheet heading="A link to this moment" @close=${() => this.dispatchEvent(new Event('close'))}>
      <input readonly aria-label="Link" .value=${this.link} @focus=${({ target }: Event) => (target as HTMLInputElement).select()} />
    </dialog-sheet>`;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'link-sheet': LinkSheet;
  }
}
