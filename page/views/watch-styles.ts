import { css } from 'lit';

export const watchStyles = css`
  :host {
    display: flex;
    flex-direction: column;
    min-height: 0;
  }
  .top {
    display: flex;
    background: var(--surface);
    align-items: stretch;
  }
  .middle {
    flex: 1;
    min-height: 180px;
    display: grid;
    grid-template-columns: minmax(0, 1fr) 348px;
    grid-template-rows: minmax(0, 1fr);
  }
  .stage {
    min-height: 0;
    background: var(--picture);
    color: var(--picture-ink);
    position: relative;
  }
  .stage .empty {
    color: #b9c2c3;
  }
  .stage .empty {
    margin: 6vh auto;
  }
  .stage .empty h2,
  .stage .empty .button {
    color: inherit;
  }
  .stage .empty .button {
    background: none;
  }
  live-stage,
  archive-stage {
    position: absolute;
    inset: 0;
  }
  aside {
    overflow: auto;
    border-left: 1px solid var(--line);
    background: var(--surface);
  }
  /** As high as the buttons that it stands for. */
  .bar {
    flex: none;
    height: 47px;
    background: var(--surface);
  }
  .bottom {
    flex: none;
    max-height: 38vh;
    overflow-y: auto;
    padding: 0 14px 8px;
    background: var(--surface);
  }
  .spans {
    display: flex;
    align-items: center;
    overflow-x: auto;
    scrollbar-width: thin;
    padding: 3px 0 3px 120px;
  }
  .spans button {
    min-height: 28px;
    font-size: 12px;
    padding: 2px 8px;
    flex: none;
  }
  .spans .square {
    width: 28px;
    padding: 0;
  }
  .link {
    width: 100%;
  }
  @media (max-width: 900px) {
    .middle {
      grid-template-columns: minmax(0, 1fr);
      grid-template-rows: minmax(180px, auto) minmax(120px, 1fr);
    }
    .stage {
      aspect-ratio: 16 / 9;
      max-height: 46vh;
      width: 100%;
    }
    aside {
      border-left: 0;
    }
  }
  @media (max-width: 640px) {
    .bottom {
      padding: 0 8px 6px;
      max-height: 30vh;
    }
    .spans {
      padding-left: 0;
    }
  }
`;
