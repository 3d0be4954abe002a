import { describe, expect, it } from 'vitest';
import type { Camera } from '../../../page/api/cameras.js';
import { livePathsOf } from '../../../page/state/live-ahead.js';
import { routeOf } from '../../../page/state/route.js';

const camera = (name: string, connected = true): Camera => ({
  ...{ name, connected, pipelines: [name], topologies: [], videos: [] },
  ...{ connection: 'streaming', recording: false, live: connected },
});

const cameras = [camera('front'), camera('back door'), camera('away', false)];
const pathsOf = (from: string, to: string): string[] => livePathsOf(routeOf(from), routeOf(to), cameras);

describe('the live views that a step in the page asks for', () => {
  it('are those of the cameras that it goes to', () => {
    expect(pathsOf('', '?view=watch&camera=front&camera=back door')).toEqual([
      '/cameras/front/live',
      '/cameras/back%20door/live',
    ]);
    expect(pathsOf('?view=watch&camera=front&time=2026-11-27T03:04:05Z', '?view=watch&camera=front')).toHaveLength(1);
  });

  it('are not those that are there already', () => {
    expect(pathsOf('?view=watch&camera=front', '?view=watch&camera=front')).toEqual([]);
    expect(pathsOf('?view=watch&camera=front', '?view=watch&camera=back door')).toEqual(['/cameras/back%20door/live']);
  });

  it('are none of what is away or unknown, of recordings, and of other views', () => {
    expect(pathsOf('', '?view=watch&camera=away&camera=stranger')).toEqual([]);
    expect(pathsOf('', '?view=watch&camera=front&time=2026-11-27T03:04:05Z')).toEqual([]);
    expect(pathsOf('', '?view=events&camera=front')).toEqual([]);
  });
});
