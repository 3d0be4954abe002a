import { css } from 'lit';

export const timeLineStyles = css`
  :host {
    display: grid;
    grid-template-columns: 120px minmax(0, 1fr);
    position: relative;
    user-select: none;
  }
  .names {
    list-style: none;
    margin: 24px 0 0;
    padding: 0 8px 0 0;
    font-size: 12px;
  }
  .names li {
    height: 30px;
    line-height: 30px;
    overflow: hidden;
    text-overflow: ellipsis;
    white-space: nowrap;
    color: var(--soft);
    border-bottom: 1px solid transparent;
  }
  .names .chosen {
    color: var(--ink);
    font-weight: 600;
  }
  .field {
    position: relative;
    min-width: 0;
    border-radius: 3px;
  }
  canvas {
    display: block;
    width: 100%;
    cursor: crosshair;
    touch-action: none;
  }
  .bubble {
    position: absolute;
    bottom: calc(100% + 4px);
    transform: translateX(-50%);
    display: grid;
    background: var(--picture);
    color: var(--picture-ink);
    border-radius: var(--radius);
    overflow: hidden;
    font-size: 12px;
    pointer-events: none;
    z-index: 3;
    box-shadow: 0 2px 10px rgb(0 0 0 / 0.35);
  }
  .bubble span {
    padding: 2px 8px;
    text-align: center;
  }
  .bubble img {
    display: block;
    aspect-ratio: 16 / 9;
    object-fit: contain;
  }
  .probes {
    position: absolute;
    visibility: hidden;
  }
  .probes .ink { color: var(--ink); }
  .probes .soft { color: var(--soft); }
  .probes .line { color: var(--line); }
  .probes .sunken { color: var(--sunken); }
  .probes .media { color: var(--media); }
  .probes .motion { color: var(--motion); }
  .probes .accent { color: var(--accent); }
  .probes .record { color: var(--record); }
  @media (max-width: 640px) {
    :host {
      grid-template-columns: 72px minmax(0, 1fr);
    }
  }
`;
