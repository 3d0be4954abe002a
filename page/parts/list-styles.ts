import { css } from 'lit';

/** Lists with a picture in front of each row. */
export const listStyles = css`
  :host {
    display: block;
  }
  header {
    display: flex;
    align-items: center;
    gap: 10px;
    flex-wrap: wrap;
    padding: 8px 12px;
    border-bottom: 1px solid var(--line);
    position: sticky;
    top: 0;
    background: var(--surface);
    z-index: 1;
  }
  header label {
    font-weight: 400;
    gap: 5px;
  }
  h2 {
    white-space: nowrap;
  }
  h2 span {
    font-weight: 400;
    margin-left: 4px;
  }
  ul {
    list-style: none;
    margin: 0;
    padding: 0;
  }
  article {
    display: flex;
    align-items: center;
    border-bottom: 1px solid var(--line);
    padding-right: 6px;
  }
  article.here {
    background: var(--accent-wash);
    box-shadow: inset 3px 0 0 var(--accent);
  }
  .go {
    flex: 1;
    min-width: 0;
    display: flex;
    justify-content: flex-start;
    gap: 10px;
    padding: 6px 4px 6px 12px;
    border: 0;
    border-radius: 0;
    background: none;
    text-align: left;
    white-space: normal;
  }
  .go:focus-visible {
    outline-offset: -2px;
  }
  .go img {
    flex: none;
    object-fit: cover;
    background: var(--sunken);
    border-radius: 3px;
  }
  .go .soft {
    display: block;
  }
  .length {
    white-space: nowrap;
  }
  .title {
    display: block;
    font-weight: 500;
    overflow-wrap: anywhere;
  }
  .new {
    display: inline-block;
    width: 7px;
    height: 7px;
    margin-right: 6px;
    border-radius: 50%;
    background: var(--record);
    vertical-align: 1px;
  }
  .open {
    color: var(--record);
  }
  .tools {
    display: flex;
    align-items: center;
  }
  .tools .button {
    width: 34px;
    padding: 0;
    min-height: 34px;
    color: inherit;
  }
  .note {
    padding: 14px 12px;
    margin: 0;
  }
  .notice {
    margin: 8px 12px;
  }
`;
