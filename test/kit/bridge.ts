import { onTestFinished } from 'vitest';
import { type Bridge, type BridgeOptions, openBridge } from '../../bridge/index.js';
import type {
  CameraDescription,
  EncodedUnit,
  EndReason,
  Ingest,
  IngestSpec,
  MediaLoss,
  SoundFault,
  StreamCaps,
} from '../../bridge/types.js';

/** A bridge that is closed when the test has ended. `lines` collects what it logs. */
export const testBridge = (options: BridgeOptions = {}): { bridge: Bridge; lines: string[] } => {
  const lines: string[] = [];
  const bridge = openBridge({ ...options, onLog: (level, message) => lines.push(`${level} ${message}`) });
  onTestFinished(() => bridge.close());
  return { bridge, lines };
};

export interface RecordedIngest {
  ingest: Ingest;
  descriptions: CameraDescription[];
  losses: MediaLoss[];
  /** What is wrong with the sound. */
  faults: SoundFault[];
  /** Why there is no metadata. */
  refusals: string[];
  /** Documents of metadata. */
  documents: string[];
  strays(): number;
  caps: StreamCaps[];
  units: EncodedUnit[];
  ends: EndReason[];
  ended: Promise<EndReason>;
  /** Resolves when so many units have come. */
  count(units: number): Promise<void>;
}

export const recordIngest = (bridge: Bridge, spec: IngestSpec): RecordedIngest => {
  const descriptions: CameraDescription[] = [];
  const losses: MediaLoss[] = [];
  const faults: SoundFault[] = [];
  const refusals: string[] = [];
  const documents: string[] = [];
  let strays = 0;
  const caps: StreamCaps[] = [];
  const units: EncodedUnit[] = [];
  const ends: EndReason[] = [];
  let settle: (reason: EndReason) => void = () => {};
  const ended = new Promise<EndReason>((resolve) => {
    settle = resolve;
  });
  const waiting = new Set<{ at: number; resolve: () => void }>();
  const ingest = bridge.ingest(spec, {
    onDescribed: (each) => descriptions.push(each),
    onLoss: (loss) => losses.push(loss),
    onSoundFault: (fault) => faults.push(fault),
    onMetadata: (document) => documents.push(Buffer.from(document).toString()),
    onMetadataRefused: (message) => refusals.push(message),
    onStray: () => {
      strays++;
    },
    onCaps: (each) => caps.push(each),
    onUnit: (unit) => {
      units.push({ ...unit, payload: Buffer.from(unit.payload) });
      for (const each of waiting) {
        if (units.length < each.at) continue;
        waiting.delete(each);
        each.resolve();
      }
    },
    onEnd: (reason) => {
      ends.push(reason);
      settle(reason);
    },
  });
  const count = (at: number): Promise<void> =>
    new Promise((resolve, reject) => {
      if (units.length >= at) resolve();
      else {
        waiting.add({ at, resolve });
        void ended.then((reason) => reject(new Error(`ended with ${JSON.stringify(reason)}`)));
      }
    });
  return {
    ingest,
    descriptions,
    losses,
    faults,
    refusals,
    documents,
    strays: () => strays,
    caps,
    units,
    ends,
    ended,
    count,
  };
};
