/**
 * What is recorded of a camera if nobody says otherwise: by `engine.cameras.add`, and by `sluice record`, whose topologies are
 * written out for people to copy.
 */
export const CAMERA_DEFAULTS = {
  sensitivity: 'medium',
  /** Of a gate: how long it gathers signals before it opens. */
  evaluationSeconds: 1,
  preRollSeconds: 5,
  untilQuietSeconds: 10,
  longestClipSeconds: 3600,
  maximumClipsMiB: 10_240,
} as const;
