import { type Route, routeOf } from './route.js';

/** A press, as far as it says where it leads. */
export interface Press {
  readonly pointerType: string;
  readonly button: number;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
  readonly shiftKey: boolean;
  readonly altKey: boolean;
  composedPath(): readonly unknown[];
}

const hrefOf = (node: unknown): string | undefined => {
  const { localName, href } = node as { localName?: unknown; href?: unknown };
  return localName === 'a' && typeof href === 'string' && href !== '' ? href : undefined;
};

/**
 * Where in the page the link leads that is being pressed; most presses of a mouse become clicks. Undefined for a finger, which
 * scrolls as often as not, and for what leads elsewhere, or to another tab.
 */
export const pressedRoute = (press: Press, origin: string): Route | undefined => {
  const isOther = press.ctrlKey || press.metaKey || press.shiftKey || press.altKey;
  if (press.pointerType === 'touch' || press.button !== 0 || isOther) return undefined;
  const href = press
    .composedPath()
    .map(hrefOf)
    .find((each) => each !== undefined);
  const to = href === undefined ? undefined : new URL(href);
  return to?.origin === origin && to.pathname === '/' ? routeOf(to.search) : undefined;
};
