import { css, html, LitElement } from 'lit';
import { customElement, property, query } from 'lit/decorators.js';
import { icon } from './icons.js';
import { shared } from './styles.js';

/** A dialog over the page. The browser keeps the focus inside, and closes it with Escape; `close` tells of that. */
@customElement('dialog-sheet')
export class DialogSheet extends LitElement {
  static override styles = [
    shared,
    css`
      dialog {
        width: min(560px, calc(100vw - 24px));
        max-height: calc(100dvh - 24px);
        padding: 0;
        border: 1px solid var(--line);
        border-radius: 10px;
        background: var(--raised);
        color: var(--ink);
      }
      dialog.wide {
        width: min(960px, calc(100vw - 24px));
      }
      dialog::backdrop {
        background: rgb(0 0 0 / 0.5);
      }
      header {
        display: flex;
        align-items: center;
        gap: 8px;
        padding: 10px 10px 10px 18px;
        border-bottom: 1px solid var(--line);
        position: sticky;
        top: 0;
        background: inherit;
      }
      .content {
        padding: 16px 18px 18px;
      }
    `,
  ];

  @property() heading = '';
  @property({ type: Boolean }) wide = false;
  @query('dialog') private _dialog!: HTMLDialogElement;

  override firstUpdated(): void {
    this._dialog.showModal();
  }

  override render() {
    return html`
      <dialog class=${this.wide ? 'wide' : ''} aria-labelledby="heading" @close=${() => this.dispatchEvent(new Event('close'))}>
        <header>
          <h1 id="heading" class="grow">${this.heading}</h1>
          <button class="plain square" aria-label="Close" @click=${() => this._dialog.close()}>${icon('close')}</button>
        </header>
        <div class="content"><slot></slot></div>
      </dialog>
    `;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'dialog-sheet': DialogSheet;
  }
}
