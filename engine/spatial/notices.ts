import type { SpatialSettings } from './settings.js';
import { Zone } from './zone.js';

/** Something that people should know when an operation starts. */
export interface SpatialNotice {
  readonly code: 'distancesEstimated' | 'footprintIsBottomCenter' | 'zoneWithoutArea' | 'settingsIgnored';
  readonly message: string;
}

export const spatialNotices = ({ watches, camera, ignored = [] }: SpatialSettings): SpatialNotice[] => {
  const notices: SpatialNotice[] = [];
  if (!camera && watches.some(({ kind }) => kind === 'distance')) {
    notices.push({
      code: 'distancesEstimated',
      message:
        'the camera is not calibrated: distances are estimated across the picture from the height of people, and are ' +
        'too short for people behind one another; give the camera in cameraConfiguration',
    });
  }
  if (watches.some(({ focus }) => focus === 'footprint')) {
    notices.push({
      code: 'footprintIsBottomCenter',
      message: 'the footprint of a person is taken to be the middle of the lower edge of the box',
    });
  }
  const empty = watches.flatMap((watch) =>
    watch.kind !== 'line' && new Zone(watch.name, watch.polygon).area === 0 ? [watch.name] : [],
  );
  if (empty.length > 0) {
    notices.push({ code: 'zoneWithoutArea', message: `nobody can be in a zone without an area: ${empty.join(', ')}` });
  }
  if (ignored.length > 0) {
    notices.push({ code: 'settingsIgnored', message: `these settings have no effect: ${ignored.join(', ')}` });
  }
  return notices;
};
