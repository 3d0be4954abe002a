import type { Camera } from '../api/cameras.js';

/** What can be watched: a camera, its video, or both; a video stays when its camera has gone. */
export interface Lane {
  name: string;
  camera?: Camera;
  video?: string;
}

export const lanesOf = (cameras: readonly Camera[], videos: readonly string[]): Lane[] => {
  const lanes: Lane[] = cameras.map((camera) => {
    const video = camera.videos[0];
    return { name: camera.name, camera, ...(video === undefined ? {} : { video }) };
  });
  // A camera with several sinks has a lane for each.
  const more = cameras.flatMap(({ videos: own }) => own.slice(1));
  const owned = new Set(cameras.flatMap(({ videos: own }) => own));
  for (const video of [...new Set([...more, ...videos.filter((each) => !owned.has(each))])]) {
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
