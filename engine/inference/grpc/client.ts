import { Backoff } from '../../core/backoff.js';
import type { CancelTimer, Clock } from '../../core/clock.js';
import type { ResolvedEndpoint } from '../../core/endpoint.js';
import type { SluiceError } from '../../core/errors.js';
import { type Logger, silentLogger } from '../../core/log.js';
import { ToldTroubles } from '../told-troubles.js';
import type { ClientHandlers, InferenceClient, Sample, ServerImage, Trouble } from '../types.js';
import { type Address, addressOf } from './address.js';
import { Connection } from './connection.js';
import { newCounters } from './counters.js';
import type { StreamIdentity } from './descriptor.js';
import { Drains } from './drains.js';
import { DEFAULT_LIMITS, type GrpcLimits } from './limits.js';
import { type Lost, Session } from './session.js';
import { SharedMemory } from './shared-memory.js';
import { meaningOf } from './status.js';
import { type GrpcTransfer, messagePlaces, sharedPlaces } from './transfer.js';
import { Window } from './window.js';

export interface GrpcClientOptions {
  readonly endpoint: ResolvedEndpoint;
  readonly transfer: GrpcTransfer;
  readonly extensionConfiguration?: string;
  readonly identity: StreamIdentity;
  readonly clock: Clock;
  readonly log?: Logger;
  readonly limits?: Partial<GrpcLimits>;
}

/** What has to work again before a trouble is over. */
type TroublePhase = 'connect' | 'stream';

/** An answer after this long on a connection is success enough to begin with short delays again. */
const STABLE_MS = 1_000;

/**
 * A node's server that speaks AVA's gRPC contract.
 *
 * At most one stream is used at a time. It begins with the first picture, since its descriptor tells the size; when
 * the pictures change, another one begins while the last answers come on the old one.
 */
export class GrpcClient implements InferenceClient {
  readonly counters = newCounters();
  readonly #options: GrpcClientOptions;
  readonly #clock: Clock;
  readonly #log: Logger;
  readonly #limits: GrpcLimits;
  readonly #backoff: Backoff<'away' | 'refused'>;
  readonly #window: Window;
  readonly #drains: Drains;
  #phase: 'new' | 'connecting' | 'open' | 'waiting' | 'hopeless' | 'stopped' = 'new';
  #handlers!: ClientHandlers;
  #troubles!: ToldTroubles;
  /** A stream has failed since the last answer, so that a connection alone is no end of the trouble. */
  #streamFailed = false;
  #address!: Address;
  #connection: Connection | undefined;
  #memory: SharedMemory | undefined;
  #making: Promise<void> | undefined;
  readonly #stopping = new AbortController();
  #session: Session | undefined;
  readonly #retiring = new Set<Session>();
  #cancelRetry: CancelTimer = () => {};
  #wasReady = false;

  constructor(options: GrpcClientOptions) {
    this.#options = options;
    this.#clock = options.clock;
    this.#log = options.log ?? silentLogger();
    const limits = { ...DEFAULT_LIMITS, ...options.limits };
    this.#limits = limits;
    const range = (times: number) => ({
      firstMs: limits.retryFirstMs * times,
      lastMs: limits.retryLastMs * times,
      floor: 0.7,
    });
    this.#backoff = new Backoff({
      clock: options.clock,
      ranges: { away: range(1), refused: range(2) },
      stableMs: STABLE_MS,
    });
    this.#window = new Window({ first: limits.windowFirst, most: limits.windowMost });
    this.#drains = new Drains(limits.idleMs);
  }

  start(handlers: ClientHandlers): void {
    this.#handlers = handlers;
    this.#troubles = new ToldTroubles(this.#clock, handlers);
    const result = addressOf(this.#options.endpoint);
    if (!result.ok) {
      this.#phase = 'hopeless';
      this.#troubles.failed(result.trouble);
      return;
    }
    this.#address = result.address;
    this.#connect();
  }

  get ready(): boolean {
    return this.#phase === 'open' && (this.#session === undefined || this.#session.canTake);
  }

  get pending(): number {
    const sessions = [...this.#retiring, ...(this.#session ? [this.#session] : [])];
    return sessions.reduce((sum, session) => sum + session.pending, 0);
  }

  /** Bytes of shared memory that hold no picture; undefined while there is none. */
  get freeSharedMemory(): number | undefined {
    return this.#memory?.ranges.freeBytes;
  }

  send(sample: Sample): void {
    if (this.#session && !this.#session.carries(sample.image)) {
      const old = this.#session;
      this.#session = undefined;
      this.#retiring.add(old);
      old.drain();
    }
    this.#session ??= this.#open(sample.image);
    this.#session.take(sample);
    this.#update();
  }

  async stop(): Promise<void> {
    if (this.#phase !== 'stopped') {
      this.#phase = 'stopped';
      this.#stopping.abort();
      this.#cancelRetry();
      const sessions = [...this.#retiring, ...(this.#session ? [this.#session] : [])];
      this.#retiring.clear();
      this.#session = undefined;
      for (const session of sessions) this.#lose(session.stop());
      this.#connection?.close();
      this.#memory?.remove();
      this.#memory = undefined;
    }
    await this.#making;
  }

  #connect(): void {
    this.#phase = 'connecting';
    const { transfer } = this.#options;
    if (transfer.mode === 'embedded' || this.#memory) {
      this.#dial();
      return;
    }
    this.#making = SharedMemory.create({
      sizeMiB: transfer.sizeMiB,
      clock: this.#clock,
      signal: this.#stopping.signal,
    }).then(
      (memory) => {
        if (this.#phase === 'stopped') {
          memory.remove();
          return;
        }
        this.#memory = memory;
        this.#dial();
      },
      (error: unknown) => {
        if (this.#phase === 'stopped') return;
        // It fails in this way only.
        const { code, message, hint = '' } = error as SluiceError;
        this.#retry({ kind: 'protocol', code, message: `${message}. ${hint}` }, 'connect');
      },
    );
  }

  #dial(): void {
    const { connectMs, answerBytes } = this.#limits;
    const connection = new Connection({ address: this.#address, clock: this.#clock, connectMs, answerBytes });
    this.#connection = connection;
    connection.open({
      onReady: () => {
        this.#log.debug({ server: this.#address.shown }, 'connected to the inference server');
        this.#phase = 'open';
        if (!this.#streamFailed) this.#troubles.answered();
        this.#update();
      },
      onFailed: (end) => {
        const { trouble } = meaningOf(end, {
          server: this.#address.shown,
          secrets: this.#address.secrets,
          largestEmbedded: undefined,
          answerBytes,
        });
        this.#retry(trouble, 'connect');
      },
      // A stream that is open learns it by itself. Without one, another connection is made ahead of the next picture;
      // that one tells if it cannot.
      onClosed: () => {
        if (this.#phase === 'open' && this.#session === undefined) this.#retry(undefined, 'connect');
      },
    });
  }

  #open(image: ServerImage): Session {
    const { identity, extensionConfiguration } = this.#options;
    const connection = this.#connection!;
    const memory = this.#memory;
    const mine = (): boolean => this.#session === session;
    const session: Session = new Session(image, {
      clock: this.#clock,
      limits: this.#limits,
      description: {
        identity,
        ...(extensionConfiguration === undefined ? {} : { extensionConfiguration }),
        ...(memory ? { sharedMemory: { handle: memory.handle, size: memory.size } } : {}),
      },
      places: memory ? sharedPlaces(memory) : messagePlaces(this.#limits.mostBytes),
      window: this.#window,
      drains: this.#drains,
      counters: this.counters,
      server: this.#address.shown,
      secrets: this.#address.secrets,
      open: (handlers) => connection.call(handlers),
      handlers: {
        onAnswer: (sample, answer) => {
          this.#backoff.succeeded();
          this.#streamFailed = false;
          this.#troubles.answered();
          this.#handlers.onAnswer(sample, answer);
        },
        onLost: ({ sample, cause }) => this.#handlers.onLost(sample, cause),
        onTrouble: (trouble) => {
          if (mine()) this.#failed(trouble, 'stream');
        },
        onChange: () => this.#update(),
        onEnded: (left, trouble) => this.#sessionEnded(session, left, trouble),
      },
    });
    return session;
  }

  #sessionEnded(session: Session, left: readonly Lost[], trouble: Trouble | undefined): void {
    // What ends an old stream says nothing about the one in use.
    if (!this.#retiring.delete(session) && this.#session === session) {
      this.#session = undefined;
      if (trouble !== undefined) {
        // Somebody may have removed the file; and a server that goes on reading reads no new pictures.
        this.#memory?.remove();
        this.#memory = undefined;
        this.#retry(trouble, 'stream');
      } else if (!this.#connection?.isReady) this.#retry(undefined, 'stream');
    }
    this.#lose(left);
    this.#update();
  }

  /** Leaves the connection, and makes another one after a while. */
  #retry(trouble: Trouble | undefined, phase: TroublePhase): void {
    this.#phase = 'waiting';
    this.#connection?.close();
    this.#connection = undefined;
    const away = trouble === undefined || trouble.kind === 'network' || trouble.kind === 'tls';
    const retryInMs = this.#backoff.failed(away ? 'away' : 'refused');
    this.#cancelRetry = this.#clock.after(retryInMs, () => this.#connect());
    if (trouble === undefined) return;
    this.#log.debug({ server: this.#address.shown, code: trouble.code, retryInMs }, 'lost the inference server');
    this.#failed({ ...trouble, retryInMs }, phase);
  }

  #failed(trouble: Trouble, phase: TroublePhase): void {
    if (phase === 'stream') this.#streamFailed = true;
    this.#troubles.failed(trouble);
  }

  #lose(lost: readonly Lost[]): void {
    for (const { sample, cause } of lost) this.#handlers.onLost(sample, cause);
  }

  #update(): void {
    const { ready } = this;
    const becameReady = ready && !this.#wasReady;
    this.#wasReady = ready;
    if (becameReady) this.#handlers.onReady();
  }
}
