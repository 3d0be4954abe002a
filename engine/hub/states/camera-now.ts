import type { Known, Scene } from '../../core/scene.js';
import { CAMERA_STATES, type CameraStateName } from './state-topics.js';

/** A camera as it is now. */
export interface CameraNow {
  name: string;
  /** Live pipelines that read it. */
  pipelines: readonly string[];
  connected: boolean;
  recording: boolean;
  scene: Scene;
}

/** A picture of a camera, as JPEG. */
export interface CameraPicture {
  jpeg: Buffer;
  /** The same for the same picture. */
  version: string;
}

/** What is published comes from here, and is never remembered: it is what is true now. */
export interface CameraSource {
  list(): readonly CameraNow[];
  /** @param width most pixels in a row. Rejects if there is none. */
  picture(camera: string, width: number): Promise<CameraPicture>;
}

export const PAYLOADS = { on: 'ON', off: 'OFF', unknown: 'UNKNOWN' } as const;

const payloadOf = (known: Known): string =>
  known === 'unknown' ? PAYLOADS.unknown : known ? PAYLOADS.on : PAYLOADS.off;

/** Payloads by state; only those that somebody watches for. */
export const statesOf = ({ connected, recording, scene }: CameraNow): Map<CameraStateName, string> => {
  const all: Partial<Record<CameraStateName, Known>> = { connected, recording, ...scene };
  return new Map(
    CAMERA_STATES.flatMap((name): [CameraStateName, string][] => {
      const known = all[name];
      return known === undefined ? [] : [[name, payloadOf(known)]];
    }),
  );
};
