import { Store } from '../core/store.js';
import { type Route, routeOf, searchOf } from './route.js';

/** Where the page is. */
export const route = new Store<Route>(routeOf(location.search));

const addressOf = (next: Route): string => `/${searchOf(next)}`;

/** Goes somewhere else: a step that the browser can go back. */
export const navigate = (next: Route): void => {
  history.pushState(null, '', addressOf(next));
  route.set(next);
};

/** Notes where it is by now, as the moment that is shown moves on. */
export const noteRoute = (next: Route): void => {
  history.replaceState(null, '', addressOf(next));
  route.set(next);
};

export const linkTo = (next: Route): string => new URL(addressOf(next), location.href).href;

addEventListener('popstate', () => route.set(routeOf(location.search)));
