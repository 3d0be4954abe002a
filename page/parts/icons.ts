import { html, type SVGTemplateResult, svg, type TemplateResult } from 'lit';
import type { IconName } from '../core/icon-names.js';

/** Strokes on a grid of 20. A filled part has `fill` of its own. */
const SHAPES = {
  wall: svg`<path d="M3 4h6v5H3zM11 4h6v5h-6zM3 11h6v5H3zM11 11h6v5h-6z"/>`,
  watch: svg`<path d="M2.5 4h15v8.5h-15z"/><path d="M2.5 16h15M6 14.7v2.6M13 14.7v2.6"/>`,
  events: svg`<path d="M7 5h10M7 10h10M7 15h10"/><path d="M3 5h.6M3 10h.6M3 15h.6" stroke-width="2.4"/>`,
  clips: svg`<path d="M3 5h14v10H3zM6 5v10M14 5v10M3 8.3h3M3 11.7h3M14 8.3h3M14 11.7h3"/>`,
  system: svg`<path d="M3 10h3l2-5 4 10 2-5h3"/>`,
  add: svg`<path d="M10 4v12M4 10h12"/>`,
  play: svg`<path d="M6 4l10 6-10 6z" fill="currentColor"/>`,
  pause: svg`<path d="M6.5 4.5v11M13.5 4.5v11" stroke-width="3"/>`,
  next: svg`<path d="M12 5l5 5-5 5" /><path d="M4 5v10" stroke-width="2.4"/><path d="M8 10h8"/>`,
  previous: svg`<path d="M8 5l-5 5 5 5"/><path d="M16 5v10" stroke-width="2.4"/><path d="M4 10h8"/>`,
  forward: svg`<path d="M4 5l6 5-6 5zM10 5l6 5-6 5z" fill="currentColor"/>`,
  back: svg`<path d="M16 5l-6 5 6 5zM10 5l-6 5 6 5z" fill="currentColor"/>`,
  live: svg`<circle cx="10" cy="10" r="2" fill="currentColor"/><path d="M6 14.5a6 6 0 010-9M14 5.5a6 6 0 010 9"/>`,
  sound: svg`<path d="M3 8v4h3l4 3.5v-11L6 8z"/><path d="M13 7.5a4 4 0 010 5M15.3 5.2a7 7 0 010 9.6"/>`,
  muted: svg`<path d="M3 8v4h3l4 3.5v-11L6 8z"/><path d="M13 8l4 4M17 8l-4 4"/>`,
  boxes: svg`<path d="M3 7V3h4M13 3h4v4M17 13v4h-4M7 17H3v-4"/><path d="M7.5 8h5v4.5h-5z"/>`,
  find: svg`<path d="M3 4h9v7H3z" stroke-dasharray="2 1.6"/><circle cx="12.5" cy="12" r="3.2"/><path d="M15 14.5l2.5 2.5"/>`,
  share: svg`<path d="M8 12l4-4M7 9l-2.3 2.3a2.8 2.8 0 004 4L11 13M13 11l2.3-2.3a2.8 2.8 0 00-4-4L9 7"/>`,
  download: svg`<path d="M10 3v9M6 8.5l4 4 4-4M4 16.5h12"/>`,
  export: svg`<path d="M4 9v7.5h12V9M10 12V3M6.5 6L10 2.8 13.5 6"/>`,
  shield: svg`<path d="M10 2.8l6 2.2v4.5c0 3.7-2.5 6.3-6 7.7-3.5-1.4-6-4-6-7.7V5z"/>`,
  shielded: svg`<path d="M10 2.8l6 2.2v4.5c0 3.7-2.5 6.3-6 7.7-3.5-1.4-6-4-6-7.7V5z" fill="currentColor"/>`,
  seen: svg`<path d="M2.5 10S5.3 5.5 10 5.5s7.5 4.5 7.5 4.5-2.8 4.5-7.5 4.5S2.5 10 2.5 10z"/><circle cx="10" cy="10" r="2"/>`,
  remove: svg`<path d="M4 6h12M8 6V4h4v2M5.5 6l.8 10.5h7.4L14.5 6M8.5 9v4.5M11.5 9v4.5"/>`,
  calendar: svg`<path d="M3 5h14v11.5H3zM3 8.5h14M7 3v3.5M13 3v3.5"/>`,
  plus: svg`<path d="M10 5v10M5 10h10"/>`,
  minus: svg`<path d="M5 10h10"/>`,
  close: svg`<path d="M5 5l10 10M15 5L5 15"/>`,
  help: svg`<path d="M7.3 7.3a2.7 2.7 0 115 1.4c-.7.8-2.3 1.3-2.3 3M10 15v.4" /><circle cx="10" cy="10" r="7.8"/>`,
  stop: svg`<path d="M5.5 5.5h9v9h-9z" fill="currentColor"/>`,
  more: svg`<path d="M5 10h.01M10 10h.01M15 10h.01" stroke-width="2.6"/>`,
  warning: svg`<path d="M10 3l7.5 13.5h-15zM10 8v4M10 14.2v.3"/>`,
  leave: svg`<path d="M8 3.5H3.5v13H8M8 10h9M13.5 6.5L17 10l-3.5 3.5"/>`,
  left: svg`<path d="M12.5 4.5L7 10l5.5 5.5"/>`,
  right: svg`<path d="M7.5 4.5L13 10l-5.5 5.5"/>`,
  camera: svg`<path d="M2.5 6h10v8h-10zM12.5 9l5-2.5v7l-5-2.5z"/>`,
} satisfies Record<IconName, SVGTemplateResult>;

/** For the eye only: what it means is said beside it, or by the label of its button. */
export const icon = (name: IconName, size = 20): TemplateResult =>
  html`<svg class="icon" width=${size} height=${size} viewBox="0 0 20 20" fill="none" stroke="currentColor"
    stroke-width="1.5" stroke-linecap="round" stroke-linejoin="round" aria-hidden="true">${SHAPES[name]}</svg>`;
