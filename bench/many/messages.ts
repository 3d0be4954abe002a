/** What the benchmark and the process of its cameras say to each other. */
import type { Movement, ReplayerFigures } from './replayer.js';

export interface Recorded {
  file: string;
  moves?: { begins: number; ends: number };
}

export type ToReplayer =
  | { kind: 'start'; cameras: number; quiet: readonly Recorded[]; moving: readonly Recorded[] }
  | { kind: 'move'; share: number }
  /** Figures since the last time. */
  | { kind: 'tell' };

export type FromReplayer =
  | { kind: 'listening'; port: number }
  | { kind: 'clients'; clients: number }
  | ({ kind: 'moved' } & Movement)
  | ({ kind: 'figures' } & ReplayerFigures);
