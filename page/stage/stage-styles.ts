import { css } from 'lit';

export const stageStyles = css`
  :host {
    display: block;
    min-height: 0;
    background: var(--picture);
  }
  .grid {
    display: grid;
    gap: 2px;
    height: 100%;
    grid-auto-rows: minmax(0, 1fr);
  }
  .columns-2 {
    grid-template-columns: repeat(2, minmax(0, 1fr));
  }
  .columns-3 {
    grid-template-columns: repeat(3, minmax(0, 1fr));
  }
  .columns-4 {
    grid-template-columns: repeat(4, minmax(0, 1fr));
  }
  .frame {
    position: relative;
    min-height: 0;
    overflow: hidden;
    background: var(--picture);
    color: var(--picture-ink);
  }
  video,
  canvas,
  camera-picture,
  .preview,
  .boxes {
    position: absolute;
    inset: 0;
    width: 100%;
    height: 100%;
    object-fit: contain;
    display: block;
  }
  .boxes {
    pointer-events: none;
  }
  .boxes rect {
    fill: none;
    stroke: #ffc14d;
    stroke-width: 2;
    filter: drop-shadow(0 0 1px rgb(0 0 0 / 0.9));
  }
  .boxes .object {
    stroke: #6ee0ea;
  }
  .boxes text {
    fill: #fff;
    paint-order: stroke;
    stroke: rgb(0 0 0 / 0.8);
    stroke-width: 3px;
    font-family: system-ui, sans-serif;
  }
  .words {
    position: absolute;
    left: 50%;
    top: 50%;
    transform: translate(-50%, -50%);
    padding: 6px 12px;
    border-radius: var(--radius);
    background: rgb(0 0 0 / 0.72);
    font-size: 13px;
    text-align: center;
    animation: appear 0s 0.4s both;
  }
  .words.over {
    background: none;
    animation: none;
    color: #c5cdce;
  }
  @keyframes appear {
    from {
      visibility: hidden;
    }
  }
  .label {
    position: absolute;
    left: 0;
    bottom: 0;
    padding: 2px 8px;
    font-size: 12px;
    background: rgb(0 0 0 / 0.72);
    border-radius: 0 var(--radius) 0 0;
  }
  @media (max-width: 640px) {
    .columns-3,
    .columns-4 {
      grid-template-columns: repeat(2, minmax(0, 1fr));
    }
  }
`;
