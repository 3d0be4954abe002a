import { css } from 'lit';

export const wallStyles = css`
  :host {
    display: block;
    padding: 14px 18px 24px;
  }
  header {
    margin-bottom: 12px;
  }
  .count {
    font-weight: 400;
    margin-left: 6px;
  }
  .choice {
    display: flex;
  }
  .choice button:first-child {
    border-radius: var(--radius) 0 0 var(--radius);
    border-right: 0;
  }
  .choice button:last-child {
    border-radius: 0 var(--radius) var(--radius) 0;
  }
  .wall {
    list-style: none;
    margin: 0;
    padding: 0;
    display: grid;
    gap: 12px;
    grid-template-columns: repeat(auto-fill, minmax(min(100%, 300px), 1fr));
  }
  /* What the camera is called is said first. */
  .tile {
    display: flex;
    flex-direction: column-reverse;
    border-radius: var(--radius);
    overflow: hidden;
    background: var(--surface);
    border: 1px solid var(--line);
    color: inherit;
    text-decoration: none;
  }
  .tile:hover {
    border-color: var(--accent);
  }
  camera-picture {
    aspect-ratio: 16 / 9;
  }
  .veil {
    position: absolute;
    inset: 0;
    display: flex;
    flex-direction: column;
    justify-content: center;
    gap: 4px;
    padding: 12px 18px;
    text-align: center;
    font-size: 13px;
    background: rgb(6 10 11 / 0.78);
    color: var(--picture-ink);
    overflow-wrap: anywhere;
  }
  .veil strong {
    font-weight: 600;
  }
  .foot {
    display: flex;
    align-items: center;
    gap: 8px;
    padding: 7px 10px;
    min-height: 36px;
  }
  .name {
    font-weight: 600;
    min-width: 0;
    overflow: hidden;
    text-overflow: ellipsis;
    white-space: nowrap;
  }
  .state {
    margin-left: auto;
    font-size: 12px;
    text-align: right;
  }
  .dot {
    width: 9px;
    height: 9px;
    border-radius: 50%;
    flex: none;
    background: var(--good);
  }
  .dot.waiting {
    background: none;
    border: 2px solid var(--motion);
  }
  .dot.bad {
    background: var(--record);
    border-radius: 1px;
  }
  .dot.off {
    background: none;
    border: 2px solid var(--soft);
  }
  .recording {
    display: inline-flex;
    align-items: center;
    gap: 5px;
    font-size: 12px;
    color: var(--record);
    white-space: nowrap;
  }
  .lamp {
    width: 8px;
    height: 8px;
    border-radius: 50%;
    background: var(--record);
    animation: lamp 1.6s ease-in-out infinite;
  }
  @keyframes lamp {
    50% {
      opacity: 0.35;
    }
  }
  @media (max-width: 640px) {
    :host {
      padding: 10px;
    }
    header .grow {
      flex-basis: 100%;
    }
    .wall {
      gap: 10px;
    }
  }
`;
