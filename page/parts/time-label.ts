import { html, type TemplateResult } from 'lit';
import { momentText, utcText } from '../time/format.js';

/** A moment in the viewer's zone; UTC where the pointer rests on it. */
export const timeLabel = (ms: number, text = momentText(ms, Date.now())): TemplateResult =>
  html`<time datetime=${new Date(ms).toISOString()} title=${utcText(ms)}>${text}</time>`;
