import type { Camera } from '../api/cameras.js';

/** What can be watched: a camera, its video, or both; a video stays when its camera has gone. */
export interface Lane {
  name: string;
  camera?: Camera;
  video?: string;
}

export const lanesOf = (cameras: readonly Camera[], videos: readonly string[]): Lane[] => {
  const owned = new Set(cameras.flatMap(({ videos: own }) => own));
  const lanes: Lane[] = cameras.map((camera) => {
    // One that is switched off writes nothing, and what it wrote before stays its own.
    const isOff = camera.connection === 'inactive';
    const before = isOff ? videos.find((each) => !owned.has(each) && camera.pipelines.includes(each)) : undefined;
    const video = camera.videos[0] ?? before;
    return { name: camera.name, camera, ...(video === undefined ? {} : { video }) };
  });
  // A camera with several sinks has a lane for each.
  const more = cameras.flatMap(({ videos: own }) => own.slice(1));
  const shown = new Set(lanes.flatMap(({ video }) => video ?? []));
  const others = videos.filter((each) => !owned.has(each) && !shown.has(each));
  for (const video of [...new Set([...more, ...others])]) {
    const isTaken = lanes.some(({ name }) => name === video);
    lanes.push({ name: isTaken ? `${video} (video)` : video, video });
  }
  return lanes;
};

/** Those that are asked for by the name of the camera, its video or one of its pipelines; the first one if none is asked for. */
export const chosenLanes = (lanes: readonly Lane[], names: readonly string[]): Lane[] => {
  const chosen = names.flatMap((name) => {
    const found =
      lanes.find((lane) => lane.name === name) ??
      lanes.find(({ camera, video }) => camera?.pipelines.includes(name) || video === name);
    return found ? [found] : [];
  });
  return chosen.length > 0 || names.length > 0 ? [...new Set(chosen)] : lanes.slice(0, 1);
};
