import './views/sluice-app.js';
import { beginAhead } from './media/live-view.js';
import { cameras, openPage } from './state/app-state.js';
import { livePathsOf } from './state/live-ahead.js';
import { route } from './state/navigation.js';
import { pressedRoute } from './state/pressed.js';
import type { Route } from './state/route.js';

const beginLive = (from: Route, to: Route): void => {
  for (const path of livePathsOf(from, to, cameras.state.value.value ?? [])) beginAhead(path);
};

let before = route.value;
route.subscribe((to) => {
  beginLive(before, to);
  before = to;
});

// A finger is still on the button when the connection is there.
addEventListener('pointerdown', (press) => {
  const to = pressedRoute(press, location.origin);
  if (to) beginLive(route.value, to);
});

void openPage();
