import { html, LitElement, nothing, type TemplateResult } from 'lit';
import { customElement, state } from 'lit/decorators.js';
import type { IconName } from '../core/icon-names.js';
import { icon } from '../parts/icons.js';
import { link } from '../parts/link.js';
import { shared } from '../parts/styles.js';
import { Watching } from '../parts/watching.js';
import {
  announcement,
  events,
  leavePage,
  metrics,
  notWritten,
  reachable,
  readiness,
  session,
} from '../state/app-state.js';
import { isTyping } from '../state/keys.js';
import { navigate, route } from '../state/navigation.js';
import { noticesOf } from '../state/notices.js';
import type { Route, View } from '../state/route.js';
import { prepareFormats } from '../time/format.js';
import { appStyles } from './sluice-app-styles.js';

/** The view that most go to next is loaded when the first one has had so long. */
const LOADS_NEXT_MS = 1000;

const TABS: readonly { view: View; name: string; icon: IconName }[] = [
  { view: 'wall', name: 'Cameras', icon: 'wall' },
  { view: 'watch', name: 'Timeline', icon: 'watch' },
  { view: 'events', name: 'Events', icon: 'events' },
  { view: 'clips', name: 'Clips', icon: 'clips' },
  { view: 'system', name: 'System', icon: 'system' },
];

/** Each is loaded when it is first wanted. */
const VIEWS: Readonly<Record<View, { load(): Promise<unknown>; draw(): TemplateResult; title: string }>> = {
  wall: { load: () => import('./camera-wall.js'), draw: () => html`<camera-wall></camera-wall>`, title: 'Cameras' },
  watch: { load: () => import('./watch-view.js'), draw: () => html`<watch-view></watch-view>`, title: 'Timeline' },
  events: { load: () => import('./event-list.js'), draw: () => html`<event-list></event-list>`, title: 'Events' },
  clips: { load: () => import('./clip-list.js'), draw: () => html`<clip-list></clip-list>`, title: 'Clips' },
  add: { load: () => import('./add-camera.js'), draw: () => html`<add-camera></add-camera>`, title: 'Add a camera' },
  system: { load: () => import('./system-view.js'), draw: () => html`<system-view></system-view>`, title: 'System' },
};

/** The frame of the page: where one can go, what one should know, and the view. */
@customElement('sluice-app')
export class SluiceApp extends LitElement {
  static override styles = [shared, appStyles];

  @state() private _loaded: ReadonlySet<View> = new Set();
  @state() private _helps = false;
  @state() private _loadFailed = false;

  constructor() {
    super();
    new Watching(
      this,
      route,
      session,
      reachable,
      readiness.state,
      metrics.state,
      events.connected,
      notWritten,
      announcement,
    );
  }

  override connectedCallback(): void {
    super.connectedCallback();
    addEventListener('keydown', this._onKey);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    removeEventListener('keydown', this._onKey);
  }

  override willUpdate(): void {
    const { view, cameras } = route.value;
    document.title = [...(view === 'watch' ? cameras : []), VIEWS[view].title, 'Sluice'].join(' · ');
    if (!this._loaded.has(view)) void this._load(view);
  }

  private async _load(view: View): Promise<void> {
    try {
      await VIEWS[view].load();
      this._loaded = new Set([...this._loaded, view]);
      if (view === 'wall') setTimeout(() => this._prepareNext(), LOADS_NEXT_MS);
    } catch {
      // After an update of the engine, the files of the page before are gone.
      this._loadFailed = true;
    }
  }

  private _prepareNext(): void {
    // If that fails, it is tried and told when the view is wanted.
    VIEWS.watch.load().catch(() => {});
    prepareFormats();
  }

  override render() {
    const known = session.value;
    if (!known)
      return html`<main class="center"><p role="status">${reachable.value ? 'Asking the engine…' : 'The engine does not answer. Trying again.'}</p></main>`;
    if (known.needsToken && !known.signedIn) return this._signIn();
    return html`
      <nav aria-label="Page">
        <button class="skip" @click=${this._skip}>To the content</button>
        <span class="mark" aria-hidden="true"><svg width="26" height="26" viewBox="0 0 32 32" fill="none" stroke="currentColor" stroke-width="2.6" stroke-linecap="round"><path d="M7 6v20M25 6v20"/><path d="M7 10h18v5H7z" fill="currentColor"/><path d="M10.500 22c1.800-1.700 3.700-1.700 5.500 0s3.700 1.700 5.500 0"/></svg></span>
        ${TABS.map((tab) => this._tab(tab))}
        <span class="space"></span>
        <button class="tab plain" aria-haspopup="dialog" @click=${this._help}>${icon('help')}<span>Keys</span></button>
        ${known.needsToken ? html`<button class="tab plain" @click=${() => void leavePage()}>${icon('leave')}<span>Sign out</span></button>` : nothing}
      </nav>
      <main id="view" tabindex="-1">
        ${this._notices()} ${this._view()}
      </main>
      ${this._helps ? html`<help-sheet @close=${this._closeHelp}></help-sheet>` : nothing}
      <div class="hidden-words" aria-live="polite">${announcement.value}</div>
    `;
  }

  private _signIn() {
    void import('./sign-in.js');
    return html`<main class="center"><sign-in></sign-in></main>`;
  }

  private _tab({ view, name, icon: of }: (typeof TABS)[number]) {
    const { view: at, cameras } = route.value;
    const isHere = view === at || (view === 'wall' && at === 'add');
    const to: Route = { view, cameras: view === 'watch' ? cameras : [] };
    return link(to, html`${icon(of)}<span>${name}</span>`, isHere ? 'tab here' : 'tab');
  }

  private _notices() {
    const notices = noticesOf({
      reachable: reachable.value,
      eventsConnected: events.connected.value,
      readiness: readiness.state.value.value,
      metrics: metrics.state.value.value,
      notWritten: notWritten.value,
    });
    return html`<div class="notices" role="status" aria-label="Notices">
      ${notices.map(({ bad, what, way }) => html`<div class="notice ${bad ? 'bad' : ''}">${icon('warning', 18)}<p><strong>${what}</strong> ${way}</p></div>`)}
    </div>`;
  }

  private _view() {
    const { view } = route.value;
    if (this._loadFailed) {
      return html`<div class="empty" role="alert">
        <h1>The page has changed</h1>
        <p>The engine has another version of this page by now.</p>
        <button class="main" @click=${() => location.reload()}>Load it again</button>
      </div>`;
    }
    return this._loaded.has(view) ? VIEWS[view].draw() : nothing;
  }

  private readonly _skip = (): void => {
    this.renderRoot.querySelector<HTMLElement>('#view')?.focus();
  };

  private readonly _help = (): void => {
    void import('./help-sheet.js').then(() => {
      this._helps = true;
    });
  };

  private readonly _closeHelp = (): void => {
    this._helps = false;
  };

  private readonly _onKey = (press: KeyboardEvent): void => {
    if (press.defaultPrevented || press.ctrlKey || press.metaKey || press.altKey || isTyping(press)) return;
    if (this.renderRoot.querySelector('help-sheet')) return;
    const tab = TABS[Number(press.key) - 1];
    if (press.key === '?') this._help();
    else if (tab) navigate({ view: tab.view, cameras: tab.view === 'watch' ? route.value.cameras : [] });
    else if (press.key.toLowerCase() === 'a') navigate({ view: 'add', cameras: [] });
    else return;
    press.preventDefault();
  };
}

declare global {
  interface HTMLElementTagNameMap {
    'sluice-app': SluiceApp;
  }
}
