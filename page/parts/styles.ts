import { css } from 'lit';

/** What all elements of the page share. */
export const shared = css`
  *,
  *::before,
  *::after {
    box-sizing: border-box;
  }
  [hidden] {
    display: none !important;
  }
  h1,
  h2,
  h3 {
    margin: 0;
    font-weight: 600;
    line-height: 1.25;
  }
  h1 {
    font-size: 17px;
  }
  h2 {
    font-size: 14px;
  }
  h3 {
    font-size: 13px;
  }
  p {
    margin: 0 0 0.6em;
  }
  a {
    color: var(--accent);
  }
  .icon {
    display: block;
    flex: none;
  }
  button,
  select,
  input,
  .button {
    font: inherit;
    color: inherit;
    min-height: 32px;
    border-radius: var(--radius);
    border: 1px solid var(--strong-line);
    background: var(--surface);
    padding: 4px 10px;
  }
  button,
  .button {
    display: inline-flex;
    align-items: center;
    justify-content: center;
    gap: 6px;
    cursor: pointer;
    text-decoration: none;
    white-space: nowrap;
  }
  button:hover:not(:disabled),
  .button:hover {
    background: var(--accent-wash);
  }
  button:disabled {
    cursor: default;
    color: var(--soft);
    border-color: var(--line);
  }
  button.plain,
  .button.plain {
    border-color: transparent;
    background: none;
  }
  button.plain:hover:not(:disabled),
  .button.plain:hover {
    background: var(--accent-wash);
  }
  button.square {
    width: 34px;
    padding: 0;
    min-height: 34px;
  }
  button.main,
  .button.main {
    background: var(--accent);
    border-color: var(--accent);
    color: var(--accent-ink);
  }
  button.main:hover:not(:disabled),
  .button.main:hover {
    filter: brightness(1.1);
    background: var(--accent);
  }
  button.main:disabled {
    background: var(--sunken);
    border-color: var(--line);
    color: var(--soft);
  }
  button[aria-pressed='true'],
  button[aria-selected='true'] {
    background: var(--accent-wash);
    border-color: var(--accent);
    color: var(--accent);
  }
  button.danger {
    border-color: var(--record);
    color: var(--record);
  }
  :focus-visible {
    outline: 2px solid var(--accent);
    outline-offset: 2px;
  }
  input[type='checkbox'],
  input[type='radio'] {
    min-height: 0;
    margin: 0;
  }
  label {
    font-weight: 500;
  }
  .soft {
    color: var(--soft);
  }
  .row {
    display: flex;
    align-items: center;
    gap: 8px;
    flex-wrap: wrap;
  }
  .grow {
    flex: 1;
    min-width: 0;
  }
  .hidden-words {
    position: absolute;
    width: 1px;
    height: 1px;
    overflow: hidden;
    clip-path: inset(50%);
    white-space: nowrap;
  }
  .notice {
    padding: 10px 12px;
    border-radius: var(--radius);
    background: var(--warn-wash);
    color: var(--warn-ink);
  }
  .notice.bad {
    background: var(--bad-wash);
    color: var(--bad-ink);
  }
  .notice a {
    color: inherit;
  }
  .empty {
    max-width: 52ch;
    margin: 12vh auto;
    padding: 0 16px;
    text-align: center;
    color: var(--soft);
  }
  .empty h1,
  .empty h2 {
    color: var(--ink);
    font-size: 17px;
    margin-bottom: 8px;
  }
  @media (pointer: coarse) {
    button,
    .button,
    select,
    input:not([type='checkbox'], [type='radio']) {
      min-height: 40px;
    }
    button.square {
      width: 42px;
      min-height: 42px;
    }
  }
  @media (prefers-reduced-motion: reduce) {
    *,
    *::before,
    *::after {
      animation: none !important;
      transition: none !important;
    }
  }
`;
