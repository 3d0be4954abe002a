import { type Camera, livePath } from '../api/cameras.js';
import type { Route } from './route.js';

/**
 * The live views that a step to another place in the page asks for, by their paths: they can begin while the view is still
 * being loaded and drawn.
 *
 * @param cameras that are known
 */
export const livePathsOf = (from: Route, to: Route, cameras: readonly Camera[]): string[] => {
  const isLive = (route: Route): boolean => route.view === 'watch' && route.time === undefined;
  if (!isLive(to)) return [];
  const shown = isLive(from) ? from.cameras : [];
  return cameras
    .filter(({ name, connected }) => connected && to.cameras.includes(name) && !shown.includes(name))
    .map(({ name }) => livePath(name));
};
