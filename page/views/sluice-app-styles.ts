import { css } from 'lit';

export const appStyles = css`
  :host {
    display: grid;
    grid-template-columns: var(--rail) minmax(0, 1fr);
    grid-template-rows: minmax(0, 1fr);
    height: 100dvh;
  }
  help-sheet {
    display: contents;
  }
  nav {
    display: flex;
    flex-direction: column;
    gap: 2px;
    padding: 10px 6px;
    border-right: 1px solid var(--line);
    background: var(--surface);
    overflow: auto;
  }
  .mark {
    display: grid;
    place-items: center;
    height: 40px;
    margin-bottom: 6px;
    color: var(--accent);
  }
  .space {
    flex: 1;
  }
  .tab {
    display: flex;
    flex-direction: column;
    align-items: center;
    gap: 3px;
    padding: 8px 2px 6px;
    font-size: 11px;
    line-height: 1.2;
    border-radius: var(--radius);
    color: var(--soft);
    text-decoration: none;
    border: 0;
    white-space: normal;
  }
  .tab:hover {
    background: var(--accent-wash);
    color: var(--ink);
  }
  .tab.here {
    color: var(--accent);
    background: var(--accent-wash);
    font-weight: 600;
  }
  main {
    display: flex;
    flex-direction: column;
    min-width: 0;
    min-height: 0;
    overflow: auto;
    outline: none;
  }
  main.center {
    grid-column: 1 / -1;
    align-items: center;
  }
  main.center > p {
    margin-top: 20vh;
    color: var(--soft);
  }
  main.center > sign-in {
    width: 100%;
  }
  main > :not(.notices, watch-view) {
    flex: 1 0 auto;
  }
  main > watch-view {
    flex: 1 1 0;
    min-height: 0;
  }
  .notices .notice {
    display: flex;
    gap: 10px;
    align-items: flex-start;
    border-radius: 0;
    padding: 8px 18px;
    border-bottom: 1px solid var(--line);
  }
  .notices p {
    margin: 0;
  }
  .skip {
    position: absolute;
    left: -999px;
    top: 8px;
    z-index: 10;
    border-color: var(--accent);
  }
  .skip:focus {
    left: 8px;
  }
  @media (max-width: 640px) {
    :host {
      grid-template-columns: minmax(0, 1fr);
      grid-template-rows: minmax(0, 1fr) auto;
    }
    nav {
      order: 1;
      flex-direction: row;
      border-right: 0;
      border-top: 1px solid var(--line);
      padding: 4px 4px calc(4px + env(safe-area-inset-bottom));
      overflow: hidden;
    }
    .mark,
    .space {
      display: none;
    }
    .tab {
      flex: 1;
      min-width: 0;
    }
  }
`;
