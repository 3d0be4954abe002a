import { Backoff, type BackoffRange } from '../../core/backoff.js';
import type { CancelTimer, Clock } from '../../core/clock.js';
import type { ResolvedEndpoint } from '../../core/endpoint.js';
import { guarded, RepeatedFaults } from '../../core/guarded.js';
import { newId } from '../../core/ids.js';
import type { Logger } from '../../core/log.js';
import { ToldTroubles } from '../told-troubles.js';
import type { ClientHandlers, ImageFormat, InferenceClient, LossCause, Sample } from '../types.js';
import { type HttpAddress, readAddress } from './address.js';
import { Connector } from './connector.js';
import { judge } from './judgement.js';
import { Lane } from './lane.js';
import type { Loss, WaitClass } from './loss.js';
import { Question, type Result } from './question.js';
import { SignIn } from './sign-in.js';
import { Words } from './words.js';

export interface HttpLimits {
  /** For a picture and its whole answer. Default 10 000. */
  readonly timeoutMs?: number;
  /** Of an answer. Default 4 MiB. */
  readonly answerBytes?: number;
  /** Pictures at a time. Default 1, as in AVA: then each picture that is sent is the newest. */
  readonly inFlight?: number;
}

export const DEFAULT_LIMITS: Required<HttpLimits> = {
  timeoutMs: 10_000,
  answerBytes: 4 * 1024 * 1024,
  inFlight: 1,
};

export interface HttpClientOptions {
  readonly endpoint: ResolvedEndpoint;
  readonly clock: Clock;
  /** Told of faults of whoever listens; what a server does is told to the handlers alone. */
  readonly log?: Logger;
  readonly limits?: HttpLimits;
  /** Random number in [0, 1). Default: Math.random. */
  readonly random?: () => number;
}

const WAITS: Readonly<Record<WaitClass, BackoffRange>> = {
  network: { firstMs: 250, lastMs: 5_000, floor: 0.5 },
  credentials: { firstMs: 10_000, lastMs: 120_000, floor: 0.5 },
  address: { firstMs: 1_000, lastMs: 30_000, floor: 0.5 },
  // Nothing to speak of after one failure, and seconds after eight in a row.
  failing: { firstMs: 5, lastMs: 5_000, factor: 3, floor: 0.5 },
};

/** Asking for a short pause now and then is how a server says that it is busy: no trouble before it lasts. */
const BUSY_IN_A_ROW = 3;
const BUSY_MS = 5_000;

/** What has to be there to send pictures. */
interface Server {
  readonly address: HttpAddress;
  readonly signIn: SignIn;
  readonly words: Words;
  readonly lanes: readonly Lane[];
  readonly headers: readonly string[];
}

/** One picture in each request, and in its answer what was found: AVA's HTTP extension. */
export class HttpClient implements InferenceClient {
  readonly #options: HttpClientOptions;
  readonly #clock: Clock;
  readonly #limits: Required<HttpLimits>;
  readonly #backoff: Backoff<WaitClass>;
  readonly #questions = new Map<Sample, Question | undefined>();
  #handlers: ClientHandlers | undefined;
  #troubles: ToldTroubles | undefined;
  #server: Server | undefined;
  #cancelWait: CancelTimer | undefined;
  /** `ready` was false since `onReady` was called. */
  #owesReady = false;
  #busyInRow = 0;
  #isStopped = false;
  #stopping: Promise<void> | undefined;

  constructor(options: HttpClientOptions) {
    this.#options = options;
    this.#clock = options.clock;
    this.#limits = { ...DEFAULT_LIMITS, ...options.limits };
    this.#backoff = new Backoff({
      clock: options.clock,
      ranges: WAITS,
      stableMs: 0,
      ...(options.random ? { random: options.random } : {}),
    });
  }

  start(handlers: ClientHandlers): void {
    if (this.#handlers !== undefined || this.#isStopped) return;
    this.#handlers = this.#guard(handlers);
    this.#troubles = new ToldTroubles(this.#clock, this.#handlers);
    const { endpoint } = this.#options;
    const address = readAddress(endpoint);
    if ('trouble' in address) {
      this.#handlers.onTrouble(address.trouble);
      return;
    }
    const signIn = new SignIn(address, endpoint);
    if (signIn.problem !== undefined) {
      this.#handlers.onTrouble({ kind: 'authentication', code: 'HeaderInvalid', message: signIn.problem });
      return;
    }
    const { answerBytes, inFlight } = this.#limits;
    this.#server = {
      address,
      signIn,
      words: new Words(address, endpoint),
      lanes: Array.from(
        { length: inFlight },
        () => new Lane(address.origin, new Connector(address, endpoint), { answerBytes }),
      ),
      headers: headersFor(endpoint),
    };
  }

  get ready(): boolean {
    return (
      this.#server !== undefined &&
      !this.#isStopped &&
      this.#cancelWait === undefined &&
      this.#questions.size < this.#limits.inFlight
    );
  }

  get pending(): number {
    return this.#questions.size;
  }

  send(sample: Sample): void {
    const lane = this.ready ? this.#server?.lanes.find(({ isBusy }) => !isBusy) : undefined;
    if (lane === undefined) {
      this.#handlers?.onLost(sample, this.#isStopped ? 'stopped' : 'backoff');
      return;
    }
    const { address, signIn, headers } = this.#server!;
    this.#questions.set(sample, undefined);
    this.#owesReady = !this.ready;
    const question = new Question(
      {
        lane,
        signIn,
        clock: this.#clock,
        path: address.path,
        headers: [
          ...headers,
          'Content-Type',
          CONTENT_TYPES[sample.image.format.kind],
          'x-ms-client-request-id',
          newId(),
        ],
        body: sample.image.data,
        timeoutMs: this.#limits.timeoutMs,
      },
      (result) => this.#ended(sample, result),
    );
    // It may have ended before it was here.
    if (this.#questions.has(sample)) this.#questions.set(sample, question);
  }

  stop(): Promise<void> {
    // Set before anybody is told of it, who might send the next picture.
    this.#isStopped = true;
    this.#stopping ??= this.#stop();
    return this.#stopping;
  }

  async #stop(): Promise<void> {
    this.#cancelWait?.();
    this.#cancelWait = undefined;
    const questions = [...this.#questions];
    this.#questions.clear();
    for (const [, question] of questions) question?.cancel();
    const closed = Promise.all(this.#server?.lanes.map((lane) => lane.close()) ?? []);
    for (const [sample] of questions) this.#handlers?.onLost(sample, 'stopped');
    await closed;
  }

  #ended(sample: Sample, result: Result): void {
    if (!this.#questions.delete(sample)) return;
    const { address, words } = this.#server!;
    const { timeoutMs, answerBytes } = this.#limits;
    const judgement = judge(result, { label: address.label, words, timeoutMs, answerBytes, now: this.#clock.utc() });
    if (judgement.kind === 'loss') this.#lost(sample, judgement);
    else {
      this.#backoff.succeeded();
      this.#busyInRow = 0;
      this.#handlers?.onAnswer(sample, judgement.answer);
      if (!this.#isStopped) this.#troubles?.answered();
    }
    this.#tellReady();
  }

  #lost(sample: Sample, { cause, trouble, wait }: Loss): void {
    const retryInMs = this.#wait(wait);
    this.#busyInRow = cause === 'backoff' ? this.#busyInRow + 1 : 0;
    this.#handlers?.onLost(sample, cause);
    if (this.#isStopped) return;
    if (cause === 'backoff' && this.#busyInRow < BUSY_IN_A_ROW && retryInMs < BUSY_MS) return;
    this.#troubles?.failed({ ...trouble, ...(retryInMs > 0 ? { retryInMs } : {}) });
  }

  /** Leaves the server alone for a while. Returns for how long, in milliseconds. */
  #wait(wait: Loss['wait']): number {
    if (wait === undefined) return 0;
    if (wait === 'credentials') this.#server?.signIn.restart();
    // What was under way beside the one that began the wait has failed for the same reason.
    if (this.#cancelWait !== undefined) return 0;
    const ms = typeof wait === 'number' ? wait : this.#backoff.failed(wait);
    if (ms === 0) return 0;
    this.#owesReady = true;
    this.#cancelWait = this.#clock.after(ms, () => {
      this.#cancelWait = undefined;
      this.#tellReady();
    });
    return ms;
  }

  #tellReady(): void {
    if (!this.#owesReady || !this.ready) return;
    this.#owesReady = false;
    this.#handlers?.onReady();
  }

  /** We are called from inside the HTTP client, which takes what is thrown for a fault of the server. */
  #guard(handlers: ClientHandlers): ClientHandlers {
    const faults = new RepeatedFaults(this.#clock, (err, count) =>
      this.#options.log?.error({ err, count }, 'what takes the answers of an inference server has failed'),
    );
    const onFault = (error: unknown): void => faults.add(error);
    return {
      onAnswer: guarded((sample, answer) => handlers.onAnswer(sample, answer), onFault),
      onLost: guarded((sample: Sample, cause: LossCause) => handlers.onLost(sample, cause), onFault),
      onReady: guarded(() => handlers.onReady(), onFault),
      onTrouble: guarded((trouble) => handlers.onTrouble(trouble), onFault),
      onRecovered: guarded(() => handlers.onRecovered(), onFault),
    };
  }
}

const CONTENT_TYPES: Readonly<Record<ImageFormat['kind'], string>> = {
  jpeg: 'image/jpeg',
  png: 'image/png',
  bmp: 'image/bmp',
  raw: 'image/x-raw',
};

/** The same for every picture. A server may want another value in one of them, as its credentials. */
const headersFor = ({ credentials }: ResolvedEndpoint): string[] => {
  const own = [
    ['Accept', 'application/json'],
    ['Accept-Encoding', 'identity'],
    ['User-Agent', 'Azure Media Services'],
  ] as const;
  const taken = credentials?.type === 'httpHeader' ? credentials.headerName.toLowerCase() : undefined;
  return own.filter(([name]) => name.toLowerCase() !== taken).flat();
};
