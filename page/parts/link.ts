import { html, type TemplateResult } from 'lit';
import { ifDefined } from 'lit/directives/if-defined.js';
import { navigate } from '../state/navigation.js';
import { type Route, searchOf } from '../state/route.js';

const follow = (click: MouseEvent, to: Route): void => {
  // What browsers do with a key held is theirs: another tab, a download.
  if (click.button !== 0 || click.ctrlKey || click.metaKey || click.shiftKey || click.altKey) return;
  click.preventDefault();
  navigate(to);
};

/** A way to another view: a real link, followed without loading the page again. */
export const link = (to: Route, content: unknown, classes = '', label?: string): TemplateResult => html`<a
  class=${classes}
  href=${`/${searchOf(to)}`}
  aria-label=${ifDefined(label)}
  @click=${(click: MouseEvent) => follow(click, to)}
  >${content}</a
>`;
