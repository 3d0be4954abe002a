import './views/sluice-app.js';
import { beginAhead } from './media/live-view.js';
import { cameras, openPage } from './state/app-state.js';
import { livePathsOf } from './state/live-ahead.js';
import { route } from './state/navigation.js';

let before = route.value;
route.subscribe((to) => {
  for (const path of livePathsOf(before, to, cameras.state.value.value ?? [])) beginAhead(path);
  before = to;
});

void openPage();
