import { cameraOptions } from '../cameras-added/options.js';
import { optional, text } from '../core/arguments.js';
import type { AddedCamera, CameraClips, Cameras } from './camera-types.js';
import { face, later, type PartFor } from './face.js';
import { byteSpan, clipQuery, pictureOptions } from './faces.js';
import type { Gate } from './gate.js';

export const camerasFace = (cameras: PartFor<Cameras>, gate: Gate): Cameras =>
  face<Cameras>(
    'engine.cameras',
    cameras,
    {
      list: {},
      get: { name: text },
      live: { name: text },
      add: later({ name: text, url: text, options: optional(cameraOptions) }),
      added: { name: text },
    },
    gate,
  );

/** What an added camera is made of. */
type CameraPart = PartFor<Omit<AddedCamera, 'name' | 'clips'>> & { readonly clips: PartFor<CameraClips> };

export const addedCameraFace = (name: string, camera: CameraPart, gate: Gate): AddedCamera => ({
  name,
  clips: face<CameraClips>(
    'camera.clips',
    camera.clips,
    {
      list: { query: clipQuery({}) },
      get: { id: text },
      stream: { id: text, range: byteSpan },
    },
    gate,
  ),
  ...face<Omit<AddedCamera, 'name' | 'clips'>>(
    'camera',
    camera,
    { state: {}, info: {}, snapshot: later({ options: pictureOptions }), remove: later() },
    gate,
  ),
});
