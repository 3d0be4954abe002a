import { onTestFinished } from 'vitest';
import { type Clock, systemClock } from '../../../../engine/core/clock.js';
import type { ResolvedEndpoint } from '../../../../engine/core/endpoint.js';
import type { MediaTime } from '../../../../engine/core/time.js';
import { HttpClient, type HttpLimits } from '../../../../engine/inference/http/http-client.js';
import type {
  Answer,
  ClientHandlers,
  LossCause,
  Sample,
  ServerImage,
  Trouble,
} from '../../../../engine/inference/types.js';
import { until } from '../../until.js';

/** What a client has told, in its order. */
export type Told =
  | { readonly answer: Answer; readonly sample: Sample }
  | { readonly lost: LossCause; readonly sample: Sample }
  | { readonly trouble: Trouble }
  | 'ready'
  | 'recovered';

/** What became of a picture: what was found, or why there is no answer. */
export type Fate = Answer | LossCause;

export interface AskingOptions {
  endpoint: Partial<ResolvedEndpoint> & { url: string };
  limits?: HttpLimits;
  clock?: Clock;
}

/** A client with its handlers, as a node has one; stopped when the test is over. */
export class Asking {
  readonly client: HttpClient;
  readonly told: Told[] = [];
  #samples = 0;

  constructor({ endpoint, limits, clock = systemClock }: AskingOptions) {
    this.client = new HttpClient({
      endpoint: { secured: false, ignoreHostname: false, ignoreSignature: false, ...endpoint },
      clock,
      random: () => 0,
      ...(limits ? { limits } : {}),
    });
    onTestFinished(() => this.client.stop());
  }

  /** What the client tells comes in here; a test may listen too. */
  readonly handlers: ClientHandlers = {
    onAnswer: (sample, answer) => this.told.push({ answer, sample }),
    onLost: (sample, lost) => this.told.push({ lost, sample }),
    onReady: () => this.told.push('ready'),
    onTrouble: (trouble) => this.told.push({ trouble }),
    onRecovered: () => this.told.push('recovered'),
  };

  start(): this {
    this.client.start(this.handlers);
    return this;
  }

  get troubles(): Trouble[] {
    return this.told.flatMap((each) => (typeof each === 'object' && 'trouble' in each ? [each.trouble] : []));
  }

  get recoveries(): number {
    return this.told.filter((each) => each === 'recovered').length;
  }

  /** All fates of pictures, in the order in which they were told. */
  get fates(): Fate[] {
    return this.told.flatMap((each): Fate[] => {
      if (typeof each !== 'object') return [];
      if ('answer' in each) return [each.answer];
      return 'lost' in each ? [each.lost] : [];
    });
  }

  fateOf(sample: Sample): Fate | undefined {
    const fates = this.told.flatMap((each): Fate[] => {
      if (typeof each !== 'object' || !('sample' in each) || each.sample !== sample) return [];
      return ['answer' in each ? each.answer : each.lost];
    });
    if (fates.length > 1) throw new Error(`a picture has ${fates.length} fates: ${JSON.stringify(fates)}`);
    return fates[0];
  }

  send(image: Partial<ServerImage> = {}): Sample {
    const n = this.#samples++;
    const sample: Sample = {
      pts: (n * 200_000) as MediaTime,
      timestamp: n * 18_000,
      image: { format: { kind: 'jpeg', quality: 80 }, width: 640, height: 360, data: picture(n), ...image },
      found: [],
    };
    this.client.send(sample);
    return sample;
  }

  /** Sends a picture as soon as the client takes one, and waits for what becomes of it. */
  async ask(image: Partial<ServerImage> = {}): Promise<Fate> {
    await until('the client takes a picture', () => this.client.ready);
    const sample = this.send(image);
    await until('a picture has its fate', () => this.fateOf(sample) !== undefined);
    return this.fateOf(sample)!;
  }
}

/** Bytes that differ from those of other pictures. */
export const picture = (n: number, size = 2000): Buffer => Buffer.alloc(size, `picture ${n};`);
