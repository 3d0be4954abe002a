import { type Camera, listCameras } from '../api/cameras.js';
import { type EventRecord, shortType } from '../api/events.js';
import { listenToAnswers } from '../api/http.js';
import { type Readiness, readMetrics, readReadiness } from '../api/readiness.js';
import { readSession, type SessionState, signOut } from '../api/session.js';
import { Store } from '../core/store.js';
import { EventFeed } from './event-feed.js';
import { stillNotWritten } from './not-written.js';
import { Poll } from './poll.js';

/** What every view may need: one of each for the page. */
export const session = new Store<SessionState | undefined>(undefined);
export const reachable = new Store(true);
export const cameras = new Poll<Camera[]>(listCameras, 5000);
export const readiness = new Poll<Readiness>(readReadiness, 10_000);
export const metrics = new Poll<ReadonlyMap<string, number>>(readMetrics, 15_000);
export const events = new EventFeed();
/** By live pipeline, why its recordings could not be written, until they can. */
export const notWritten = new Store<ReadonlyMap<string, string>>(new Map());
/** What happened last, for people who do not see the page. */
export const announcement = new Store('');

/** After which the list of cameras is another one. */
const CHANGES = /^(?:Operational\.(?:PipelineStateChanged|RecordingSt\w+)|Diagnostics\.(?!DataDropped|SignalIgnored))/;

const POLLS = [cameras, readiness, metrics];

/** Finds out whether somebody is signed in, and begins to ask for everything else if so. */
export const openPage = async (): Promise<void> => {
  try {
    const found = await readSession();
    session.set(found);
    if (found.needsToken && !found.signedIn) return;
    for (const poll of POLLS) poll.start();
    events.start();
  } catch {
    setTimeout(() => void openPage(), 3000);
  }
};

export const leavePage = async (): Promise<void> => {
  await signOut();
  endAsking();
  await openPage();
};

const endAsking = (): void => {
  for (const poll of POLLS) poll.stop();
  events.stop();
};

listenToAnswers({
  onAnswer: () => reachable.set(true),
  onUnreachable: () => reachable.set(false),
  onSignedOut: () => {
    endAsking();
    session.set({ signedIn: false, needsToken: true });
  },
});

events.subscribe((event: EventRecord) => {
  notWritten.set(stillNotWritten(notWritten.value, event));
  if (CHANGES.test(shortType(event))) void cameras.refresh();
});
// What happened while it could not be reached is not known.
events.connected.subscribe((connected) => {
  reachable.set(connected || reachable.value);
  if (connected) for (const poll of POLLS) void poll.refresh();
});
