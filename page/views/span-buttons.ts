import { html, type TemplateResult } from 'lit';
import { icon } from '../parts/icons.js';
import { DAY, HOUR, lengthOf, MINUTE, moved, type Span, spanAround, zoomed } from '../time/scale.js';

const LENGTHS = [
  { name: '1 min', length: MINUTE },
  { name: '10 min', length: 10 * MINUTE },
  { name: '1 h', length: HOUR },
  { name: '6 h', length: 6 * HOUR },
  { name: 'Day', length: DAY },
  { name: 'Week', length: 7 * DAY },
  { name: 'Month', length: 31 * DAY },
];

/** How much of time is shown. */
export const spanButtons = (span: Span, time: number, show: (span: Span) => void): TemplateResult => {
  const now = Date.now();
  const length = lengthOf(span);
  const move = (share: number) => show(moved(span, share * length, now));
  return html`<div class="spans" role="group" aria-label="How much time is shown">
    <button class="plain square" title="Earlier" aria-label="Earlier" @click=${() => move(-0.5)}>${icon('left', 16)}</button>
    <button class="plain square" title="Later" aria-label="Later" @click=${() => move(0.5)}>${icon('right', 16)}</button>
    <button class="plain square" title="Zoom in" aria-label="Zoom in" @click=${() => show(zoomed(span, 0.5, time, now))}>${icon('plus', 16)}</button>
    <button class="plain square" title="Zoom out" aria-label="Zoom out" @click=${() => show(zoomed(span, 2, time, now))}>${icon('minus', 16)}</button>
    ${LENGTHS.map((each) => html`<button class="plain" aria-pressed=${Math.abs(each.length - length) < each.length * 0.02} @click=${() => show(spanAround(time, each.length, now, 0.7))}>${each.name}</button>`)}
  </div>`;
};
