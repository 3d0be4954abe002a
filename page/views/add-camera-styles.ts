import { css } from 'lit';

export const addStyles = css`
  :host {
    display: block;
    padding: 14px 18px 32px;
    max-width: 720px;
  }
  h1 {
    margin-bottom: 14px;
  }
  h2 {
    margin-bottom: 8px;
  }
  form {
    display: grid;
    gap: 14px;
  }
  form label:not(.row) {
    display: grid;
    gap: 4px;
  }
  form label.row {
    font-weight: 400;
    gap: 8px;
    min-height: 30px;
  }
  input:not([type='radio']),
  select {
    width: 100%;
    min-height: 36px;
  }
  .two {
    display: grid;
    grid-template-columns: repeat(auto-fit, minmax(200px, 1fr));
    gap: 14px;
  }
  .rule {
    font-weight: 400;
    font-size: 12px;
  }
  fieldset {
    border: 1px solid var(--line);
    border-radius: var(--radius);
    padding: 6px 12px 8px;
    margin: 0;
  }
  .find {
    padding-bottom: 14px;
    margin-bottom: 16px;
    border-bottom: 1px solid var(--line);
  }
  .devices {
    list-style: none;
    padding: 0;
    margin: 10px 0;
    display: grid;
    gap: 6px;
  }
  .devices button {
    width: 100%;
    justify-content: space-between;
    white-space: normal;
    overflow-wrap: anywhere;
    text-align: left;
  }
  camera-picture {
    aspect-ratio: 16 / 9;
    border-radius: var(--radius);
    margin-bottom: 12px;
  }
`;
