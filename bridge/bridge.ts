import { HardwareDecoders, type HardwareDeps } from './decoders/hardware-decoders.js';
import { startDecode } from './filters/decode.js';
import { startDirectIngest } from './filters/direct-ingest.js';
import { startEncode } from './filters/encode.js';
import { startIngest } from './filters/ingest.js';
import { MovingDecode, type StartOne } from './filters/moving-decode.js';
import { startRedirectedIngest } from './filters/redirected-ingest.js';
import { Stills } from './filters/stills.js';
import { HostPool, type PoolOptions } from './hosts/host-pool.js';
import { HostProcess, type LogFn } from './hosts/host-process.js';
import { stopPreparing } from './hosts/plugin-registry.js';
import type { HostDevices } from './hosts/role-rights.js';
import type { StartRun } from './hosts/start-run.js';
import type { GdpHandlers } from './lanes/gdp-reader.js';
import { readCameraUrl } from './rtsp/camera-url.js';
import { takesConnections } from './rtsp/connection.js';
import type { Bridge, BridgeOptions, SandboxOptions } from './types.js';

const DEFAULTS = {
  slotsPerHost: 16,
  recycleRssBytes: 512 * 1024 * 1024,
  // Each start leaks 10 kB (ingest) to 60 kB (decode) in GStreamer and its binding; without jemalloc the heap also fragments.
  recycleStarts: 1024,
  hangTimeoutMs: 5000,
} as const;
/** What drivers of hardware have in a host that decodes nothing yet. */
const DRIVER_BYTES = 1024 * 1024 * 1024;
const PULSE_MS = 1000;
/** Hosts grow slowly, and reading /proc is not free. */
const PULSES_PER_MEMORY_CHECK = 10;
const UNHEARD: GdpHandlers = { onBuffer: () => {}, onCaps: () => {} };
/** How long `close` waits for filters to end by themselves before it kills their hosts. */
const CLOSE_GRACE_MS = 2000;

/** Makes a bridge to GStreamer. No process, timer or listener exists before the first filter is started. */
export const openBridge = (options: BridgeOptions = {}, machine: Machine = {}): Bridge =>
  new HostedBridge(options, machine);

/** What tests say of the machine. */
type Machine = Pick<HardwareDeps, 'nodes'>;

class HostedBridge implements Bridge {
  /** `hardware`: hosts that decode and have devices. A driver that crashes takes none of the others along. */
  readonly #pools: Record<'ingest' | 'decode' | 'hardware', HostPool>;
  readonly #stops = new Set<() => void>();
  #pulse: NodeJS.Timeout | undefined;
  readonly #log: LogFn;
  readonly #sandbox: SandboxOptions;
  readonly #hardware: HardwareDecoders;
  readonly #stills = new Stills(
    (...run) => this.#start(...run),
    (owner) => this.#pools.decode.isApart(owner),
  );
  #pulses = 0;
  #lastPulse = 0;
  #closing: Promise<void> | undefined;

  constructor(options: BridgeOptions, machine: Machine) {
    this.#sandbox = options.sandbox ?? {};
    this.#log = options.onLog ?? (() => {});
    const poolOptions = {
      slotsPerHost: options.slotsPerHost ?? DEFAULTS.slotsPerHost,
      recycleRssBytes: options.recycleRssBytes ?? DEFAULTS.recycleRssBytes,
      recycleStarts: options.recycleStarts ?? DEFAULTS.recycleStarts,
      hangTimeoutMs: options.hangTimeoutMs ?? DEFAULTS.hangTimeoutMs,
      log: this.#log,
      onIsolation: options.onIsolation ?? (() => {}),
      startProcess: this.#starter(),
      now: () => performance.now(),
    };
    this.#pools = {
      ingest: new HostPool('ingest', poolOptions),
      decode: new HostPool('decode', poolOptions),
      hardware: new HostPool('decode', {
        ...poolOptions,
        name: 'decode-hardware',
        recycleRssBytes: poolOptions.recycleRssBytes + DRIVER_BYTES,
        startProcess: this.#starter(() => this.#hardware.devices),
      }),
    };
    this.#hardware = new HardwareDecoders({
      ...machine,
      options: options.hardware ?? {},
      start: this.#startDecoder,
      onFallback: options.onFallback ?? (() => {}),
      log: this.#log,
      now: poolOptions.now,
    });
  }

  ingest: Bridge['ingest'] = (spec, handlers) =>
    spec.path === 'direct'
      ? startDirectIngest(spec, handlers, this.#log, (each, told) => this.#ingestInHost(each, told))
      : this.#ingestInHost(spec, handlers);
  #ingestInHost: Bridge['ingest'] = (spec, handlers) =>
    startRedirectedIngest((each, told) => startIngest(this.#start, each, told, this.#log), spec, handlers);
  reaches: Bridge['reaches'] = (url, timeoutMs, signal) => takesConnections(readCameraUrl(url), timeoutMs, signal);
  decode: Bridge['decode'] = (spec, handlers) =>
    this.#hardware.mayTake(spec)
      ? new MovingDecode(this.#startDecoder, spec, handlers, this.#hardware)
      : this.#startDecoder(spec, handlers);
  still: Bridge['still'] = (spec) => this.#stills.make(spec);
  encode: Bridge['encode'] = (spec, handlers) => startEncode(this.#start, spec, handlers);

  hardware: Bridge['hardware'] = () => this.#hardware.find();
  stats: Bridge['stats'] = () => this.#all().flatMap((pool) => pool.stats());

  close: Bridge['close'] = () => {
    this.#closing ??= this.#close();
    return this.#closing;
  };

  #start: StartRun = (filter, handlers, packets, owner) => {
    this.#watch();
    const stop = (): void => run.stop();
    const pool = 'hardware' in filter && filter.hardware !== undefined ? 'hardware' : filter.role;
    const started = this.#pools[pool].start(
      filter,
      {
        news: (news) => handlers.news?.(news),
        ended: (reason) => handlers.ended(reason),
        freed: () => {
          this.#stops.delete(stop);
          handlers.freed();
        },
      },
      owner,
    );
    if ('refused' in started) {
      const { refused, ...retry } = started;
      setImmediate(() => {
        handlers.ended({ kind: 'hostLost', message: refused, ...retry });
        handlers.freed();
      });
      return undefined;
    }
    const run = started;
    run.lane.begin(packets.seen);
    run.sound?.begin(packets.heard ?? UNHEARD);
    this.#stops.add(stop);
    return run;
  };

  #startDecoder: StartOne = (spec, handlers, kind) => startDecode(this.#start, spec, handlers, this.#log, kind);

  #starter =
    (devices?: () => HostDevices): PoolOptions['startProcess'] =>
    (role, slots, events) => {
      const sandbox = devices === undefined ? this.#sandbox : { ...this.#sandbox, devices: devices() };
      return HostProcess.start(role, slots, events, { sandbox });
    };

  /** Watches over the hosts from the first start on. */
  #watch(): void {
    if (this.#pulse !== undefined || this.#closing !== undefined) return;
    this.#lastPulse = performance.now();
    this.#pulse = setInterval(() => this.#onPulse(), PULSE_MS);
    this.#pulse.unref();
    process.once('exit', this.#onExit);
  }

  async #close(): Promise<void> {
    for (const pool of this.#all()) pool.shut();
    this.#stills.close();
    for (const stop of this.#stops) stop();
    const deadline = performance.now() + CLOSE_GRACE_MS;
    while (this.#all().some((pool) => pool.busy) && performance.now() < deadline) {
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    await Promise.all([
      stopPreparing(),
      ...this.#all().flatMap((pool) => pool.kill('was closed', { kind: 'stopped' })),
    ]);
    clearInterval(this.#pulse);
    process.removeListener('exit', this.#onExit);
  }

  #onPulse(): void {
    const now = performance.now();
    const heldUp = now - this.#lastPulse > 2 * PULSE_MS;
    this.#lastPulse = now;
    this.#pulses += 1;
    for (const pool of this.#all()) {
      pool.pulse(heldUp);
      if (this.#pulses % PULSES_PER_MEMORY_CHECK === 0) pool.checkMemory();
    }
  }

  #onExit = (): void => {
    for (const pool of this.#all()) void pool.kill('is no longer needed');
  };

  #all(): HostPool[] {
    return Object.values(this.#pools);
  }
}
