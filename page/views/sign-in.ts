import { css, html, LitElement, nothing } from 'lit';
import { customElement, state } from 'lit/decorators.js';
import { ApiError, messageOf } from '../api/http.js';
import { signIn } from '../api/session.js';
import { shared } from '../parts/styles.js';
import { openPage } from '../state/app-state.js';

/** Asks for the token of the engine. It is sent once, and a cookie that scripts cannot read takes its place. */
@customElement('sign-in')
export class SignIn extends LitElement {
  static override styles = [
    shared,
    css`
      form {
        max-width: 360px;
        margin: 18vh auto 0;
        padding: 0 20px;
        display: grid;
        gap: 10px;
      }
      img {
        width: 40px;
        height: 40px;
      }
      input {
        width: 100%;
        min-height: 40px;
      }
    `,
  ];

  @state() private _problem = '';
  @state() private _busy = false;

  override firstUpdated(): void {
    this.renderRoot.querySelector('input')?.focus();
  }

  override render() {
    return html`
      <form @submit=${this._submit}>
        <h1>Sign in to Sluice</h1>
        <label for="token">Token</label>
        <input id="token" type="password" autocomplete="current-password" required aria-describedby="hint problem" />
        <p id="hint" class="soft">
          It is the setting <code>http.token</code> of this engine. Whoever set it up has it.
        </p>
        <div id="problem" role="alert">${this._problem ? html`<p class="notice bad">${this._problem}</p>` : nothing}</div>
        <button class="main" ?disabled=${this._busy}>Sign in</button>
      </form>
    `;
  }

  private async _submit(submit: Event): Promise<void> {
    submit.preventDefault();
    const input = this.renderRoot.querySelector('input')!;
    this._busy = true;
    this._problem = '';
    try {
      await signIn(input.value.trim());
      await openPage();
    } catch (error) {
      const isWrong = error instanceof ApiError && error.status === 401;
      this._problem = isWrong ? 'This is not the token of this engine.' : messageOf(error);
      input.select();
    } finally {
      this._busy = false;
    }
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'sign-in': SignIn;
  }
}
