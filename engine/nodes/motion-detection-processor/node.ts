import type { Box, SceneChange, Verdict } from '../../../wasm/types.js';
import { parseDecodePolicy } from '../../camera/decode-policy.js';
import type { CancelTimer } from '../../core/clock.js';
import { type MediaTime, MICROS_PER_SECOND, toTicks90k } from '../../core/time.js';
import { AvaEvent, SluiceEvent, subjectOf } from '../../events/catalogue.js';
import type { MinuteWindow } from '../../metrics/metrics.js';
import type { MotionDetectionNode } from '../../topology/types.js';
import { type NodeContext, publishThrough, type RunningNode, type SignalTarget } from '../node-context.js';
import { type AggregatedMotion, MotionAggregator } from './motion-aggregator.js';

/** How often a blind detector keeps its gates open. Well under the shortest minimumActivationTime. */
const BLIND_SIGNAL_MS = 2_000;

const SCENE_EVENTS: Readonly<Record<SceneChange['kind'], string>> = {
  lightingChanged: SluiceEvent.SceneLightingChanged,
  tampered: SluiceEvent.SceneTampered,
  frozen: SluiceEvent.SceneFrozen,
  moved: SluiceEvent.SceneMoved,
};

/**
 * Turns verdicts into Inference events and gate signals. A detector that cannot judge lets everything be recorded and says
 * so: footage of nothing can be deleted, footage that was not taken cannot be had back.
 */
export class MotionDetectionProcessor implements RunningNode {
  readonly name: string;
  readonly #node: MotionDetectionNode;
  readonly #context: NodeContext;
  readonly #targets: readonly SignalTarget[];
  readonly #outputs: readonly string[];
  readonly #aggregator: MotionAggregator;
  readonly #subject: string;
  readonly #latency: MinuteWindow;
  #stopWatching: (() => Promise<void>) | null = null;
  #cancelBlind: CancelTimer | null = null;

  constructor(
    node: MotionDetectionNode,
    context: NodeContext,
    targets: readonly SignalTarget[],
    outputs: readonly string[],
  ) {
    this.name = node.name;
    this.#node = node;
    this.#context = context;
    this.#targets = targets;
    this.#outputs = outputs;
    this.#latency = context.metrics.node(node.name).latency;
    this.#subject = subjectOf(context.pipeline, 'processors', node.name);
    this.#aggregator = new MotionAggregator(node.eventAggregationWindow, (motion) => this.#emit(motion));
  }

  start(): void {
    const { sensitivity, zones, decodePolicy } = this.#node;
    this.#stopWatching = this.#context.session.decoding.watch({
      policy: parseDecodePolicy(decodePolicy ?? this.#context.defaultDecodePolicy),
      settings: { sensitivity, ...(zones ? { zones } : {}) },
      onVerdict: (verdict) => this.#verdict(verdict),
      onBlind: (cause) => this.#blind(cause),
    });
  }

  async stop(): Promise<void> {
    this.#cancelBlind?.();
    this.#cancelBlind = null;
    await this.#stopWatching?.();
    this.#aggregator.flush();
  }

  #verdict(verdict: Verdict): void {
    const now = this.#context.clock.monotonic();
    this.#latency.observe(Math.max(0, now - verdict.pts) / MICROS_PER_SECOND, now);
    for (const change of verdict.scene) this.#sceneChanged(change, verdict);
    this.#aggregator.add(verdict);
  }

  #emit(motion: AggregatedMotion): void {
    const utc = this.#context.session.toUtc(motion.at);
    const id = publishThrough(this.#context, this.#outputs, {
      eventType: AvaEvent.Inference,
      subject: this.#subject,
      eventTime: utc,
      data: { timestamp: toTicks90k(utc), inferences: this.#inferences(motion) },
    });
    for (const target of this.#targets) target({ at: motion.at, id });
  }

  #inferences(motion: AggregatedMotion): Array<Record<string, unknown>> {
    const extensions = { score: motion.score.toFixed(3), ...explain(motion.why) };
    if (!this.#node.outputMotionRegion || motion.boxes.length === 0)
      return [{ type: 'motion', motion: {}, extensions }];
    return motion.boxes.map((box) => ({
      type: 'motion',
      motion: { box: rounded(box) },
      extensions,
    }));
  }

  #sceneChanged(change: SceneChange, verdict: Verdict): void {
    const utc = this.#context.session.toUtc(verdict.pts as MediaTime);
    publishThrough(this.#context, this.#outputs, {
      eventType: SCENE_EVENTS[change.kind],
      subject: this.#subject,
      eventTime: utc,
      data: {
        timestamp: toTicks90k(utc),
        change: change.kind,
        cause: change.cause,
        state: change.began ? 'began' : 'ended',
      },
    });
  }

  #blind(cause: string | null): void {
    this.#cancelBlind?.();
    this.#cancelBlind = null;
    const eventTime = this.#context.clock.utc();
    if (cause === null) {
      publishThrough(this.#context, [], {
        eventType: SluiceEvent.DetectionRestored,
        subject: this.#subject,
        eventTime,
        data: { state: 'restored' },
      });
      return;
    }
    const id = publishThrough(this.#context, [], {
      eventType: SluiceEvent.DetectionDegraded,
      subject: this.#subject,
      eventTime,
      data: { state: 'degraded', cause, action: this.#targets.length > 0 ? 'recording everything' : 'none' },
    });
    const signal = () => {
      const at = this.#context.session.now();
      for (const target of this.#targets) target({ at, id });
      this.#cancelBlind = this.#context.clock.after(BLIND_SIGNAL_MS, signal);
    };
    signal();
  }
}

/** Six decimals, less than a thousandth of a pixel at 8K; never beyond the picture's edge. */
function rounded(box: Box): Box {
  const round = (value: number, most = 1) => Math.min(most, Math.max(0, Math.round(value * 1e6) / 1e6));
  const l = round(box.l);
  const t = round(box.t);
  return { l, t, w: round(box.w, round(1 - l)), h: round(box.h, round(1 - t)) };
}

/** AVA's extensions are a map from string to string. */
function explain(why: Record<string, unknown> | undefined): Record<string, string> {
  if (!why) return {};
  return Object.fromEntries(
    Object.entries(why).map(([key, value]) => [key, typeof value === 'string' ? value : JSON.stringify(value)]),
  );
}
