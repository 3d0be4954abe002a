import type { CallbackFaults } from '../core/callback-faults.js';
import type { Clock } from '../core/clock.js';
import { guarded, RepeatedFaults } from '../core/guarded.js';
import type { Logger } from '../core/log.js';
import type { LiveFeedHandlers, LiveView } from '../live/live-view.js';

interface Deps {
  faults: CallbackFaults;
  clock: Pick<Clock, 'monotonic'>;
  log: Logger;
}

/** Live pictures for viewers of the program: what one of them throws reaches neither the other viewers nor the camera. */
export const guardedView = (view: LiveView, { faults, clock, log }: Deps): LiveView => ({
  camera: view.camera,
  view: (viewer) => {
    const repeated = new RepeatedFaults(clock, (error, count) =>
      log.error({ err: error, count, camera: view.camera }, 'a viewer of live pictures failed'),
    );
    const onFault = (error: unknown): void => {
      faults.tell(error, { callback: 'viewer' });
      repeated.add(error);
    };
    const handlers: LiveFeedHandlers = {
      onStream: guarded((stream) => viewer.onStream(stream), onFault),
      onPicture: guarded((picture) => viewer.onPicture(picture), onFault),
      onUnsupported: guarded((mediaType) => viewer.onUnsupported(mediaType), onFault),
      onClosed: guarded(() => viewer.onClosed(), onFault),
    };
    return view.view(handlers);
  },
});
