import type { Camera } from '../api/cameras.js';

/** What a person needs to know of a camera at a glance. */
export interface CameraState {
  kind: 'good' | 'waiting' | 'bad' | 'off';
  word: string;
  /** What is wrong, in a sentence. */
  problem?: string;
  /** What one can do about it. */
  way?: string;
}

/** By the code of what is wrong: what helps, where trying again does not. What the engine says has the rest. */
const WAYS: readonly [RegExp, string][] = [
  [/401|403|auth/i, 'Remove the camera, and add it again with the right user name and password.'],
  [/^tls/, 'See that its certificate is one that this engine trusts, or use an address without TLS.'],
  [/codec|format/i, 'Set the camera to H.264 or H.265.'],
];
const ALWAYS = 'The engine goes on trying by itself.';

export const cameraState = ({ connected, connection, problem, decodedLess }: Camera): CameraState => {
  if (connection === 'inactive') return { kind: 'off', word: 'Switched off', way: 'Start it to see and record it.' };
  if (connected) return { kind: 'good', word: decodedLess ? 'Looked at less, for lack of power' : 'Connected' };
  if (!problem) return { kind: 'waiting', word: 'Connecting' };
  const way = WAYS.find(([code]) => code.test(problem.code))?.[1] ?? ALWAYS;
  return { kind: 'bad', word: 'Away', problem: problem.message, way };
};
