// What the detector, in TypeScript, must know of the slab: scripts/kernel-layout.mjs writes it into wasm/layout.ts.
export { LEARNING_KINDS } from './rates';
export { Region, RegionState } from './region';
export { Run } from './run';
export { SceneCause, SceneState } from './scene-states';
export { CELL, HEADER_BYTES, MAX_ZONE_RULES, REPORTED_AT, Slab, ZONE_RULES_AT } from './slab';
export { Sensitivity, ZoneRule } from './zone-rule';
export { AXES_AT, FOLLOWED_BYTES, Followed, Stage } from './tracker/followed';
export { Axis } from './tracker/axis';
export { FINDING_BYTES, Finding } from './tracker/finding';
export { ENDED_AT, FINDINGS_AT, FOLLOWED_AT, TRACK_HEADER_BYTES, TrackSlab } from './tracker/track-slab';
export { Window, WINDOW_BYTES } from './tracker/window';
export { Blob } from './tracker/blob-sums';
export { MAX_CELLS, MAX_FINDINGS, MAX_FOLLOWED, TEMPLATE_SIDE, TEMPLATE_STRIDE } from './tracker/sizes';
