import './views/sluice-app.js';
import { openPage } from './state/app-state.js';

void openPage();
