/** Follows the engine's events over a WebSocket, as any program does, and notes when they come. */
import { once } from 'node:events';
import { WebSocket } from 'ws';
import { pipelineName } from '../density/service.js';
import type { Clip, Told } from './judge.js';

/** The part of an event that is looked at. */
export interface WitnessedEvent {
  eventType?: string;
  subject: string;
  data: Readonly<Record<string, unknown>>;
}

const AVA = 'Microsoft.VideoAnalyzer.';
const INFERENCE = `${AVA}Analytics.Inference`;
const STARTED = `${AVA}Operational.RecordingStarted`;
const AVAILABLE = `${AVA}Operational.RecordingAvailable`;
const DEGRADED = 'Sluice.Diagnostics.DetectionDegraded';
const PIPELINE = /\/livePipelines\/([^/]+)/;
const TICKS_PER_MS = 90;

/** What the events say. */
export class Testimony {
  readonly told: Told[] = [];
  readonly clips: Clip[] = [];
  /** By what is wrong with the detection. */
  readonly degraded = new Map<string, number>();
  /** Events that say that something is amiss or was lost, by type. */
  readonly types = new Map<string, number>();
  readonly #cameras: ReadonlyMap<string, number>;
  readonly #starts = new Map<string, number>();

  constructor(cameras: number) {
    this.#cameras = new Map(Array.from({ length: cameras }, (_, index) => [pipelineName(index), index]));
  }

  /** @param came ms since 1970 */
  add({ eventType, subject, data }: WitnessedEvent, came: number): void {
    if (eventType === undefined) return;
    this.types.set(eventType, (this.types.get(eventType) ?? 0) + 1);
    const camera = this.#cameras.get(PIPELINE.exec(subject)?.[1] ?? '');
    if (camera === undefined) return;
    const place = String(data['outputLocation']);
    if (eventType === INFERENCE) this.told.push({ camera, at: Number(data['timestamp']) / TICKS_PER_MS, came });
    if (eventType === STARTED) this.#starts.set(place, Date.parse(String(data['startTime'])));
    if (eventType === AVAILABLE) {
      const to = Date.parse(String(data['endTime']));
      this.clips.push({ camera, from: this.#starts.get(place) ?? Number.NaN, to });
    }
    if (eventType === DEGRADED) {
      const cause = String(data['cause']);
      this.degraded.set(cause, (this.degraded.get(cause) ?? 0) + 1);
    }
  }
}

export interface Witness {
  readonly testimony: Testimony;
  /** @throws Error if the engine has closed the connection */
  close(): void;
}

export const startWitness = async (url: string, cameras: number): Promise<Witness> => {
  const testimony = new Testimony(cameras);
  const socket = new WebSocket(`${url.replace('http', 'ws')}/events`, { perMessageDeflate: false });
  await once(socket, 'open');
  let closed = false;
  socket.on('message', (message) => {
    const came = Date.now();
    testimony.add(JSON.parse(String(message)) as WitnessedEvent, came);
  });
  socket.on('error', () => {});
  socket.on('close', () => {
    closed = true;
  });
  return {
    testimony,
    close: () => {
      if (closed) throw new Error('the engine has closed the WebSocket');
      socket.terminate();
    },
  };
};
