import type { Scene } from '../../engine/simulator/scenes.js';

/** Whether something moves `seconds` after the scene began, by what the scene says of itself. */
export const movesAt = (scene: Scene, seconds: number): boolean => {
  const t = ((seconds % scene.period) + scene.period) % scene.period;
  return scene.motion.some(({ start, end }) => t >= start && t < end);
};
