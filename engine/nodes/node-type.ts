import type { TSchema } from 'typebox';
import type { CameraSession } from '../camera/session.js';
import type { Scene } from '../core/scene.js';
import type { Micros } from '../core/time.js';
import type { AnyNodeDefinition, NodeDefinition } from '../topology/node-definition.js';
import type { EventIntake, MediaPort, NodeLinks, PicturePort } from './links.js';
import type { NodeContext } from './node-context.js';

/**
 * A running node. Its constructor does nothing, because the links lead to neighbours that may not exist yet. Nodes are
 * started from the sinks to the sources, so that none sends to a node that has not started, and stopped from the
 * sources to the sinks.
 */
export interface RunningNode {
  /** If it throws, the pipeline stops all of its nodes. */
  start(): void | Promise<void>;
  /**
   * Ends everything that `start` began, and resolves when that is done. May be called without `start`, and more than
   * once.
   */
  stop(): Promise<void>;
  /** Releases what nodes behind may still use while they stop. Called after every node of the pipeline has stopped. */
  release?(): Promise<void>;
  /** Ports for the nodes behind. */
  readonly media?: MediaPort;
  readonly pictures?: PicturePort;
  /** Takes events of the nodes in front. */
  readonly events?: EventIntake;
  /** How far its findings are behind the newest media by intention, in µs. Default 0. */
  eventLag?(): Micros;
  /** The camera that it connects to. */
  readonly session?: CameraSession | undefined;
  /** What it knows of the scene now: what the definition's `senses` say. */
  readonly scene?: Scene;
}

export type NodeConstructor<Settings> = new (settings: Settings, context: NodeContext, links: NodeLinks) => RunningNode;

/** Everything about a node type: how it is written, what may be connected to it, and how it runs. */
export interface NodeType<Document, Settings, Schema extends TSchema = TSchema>
  extends NodeDefinition<Document, Settings> {
  readonly schema: Schema;
  readonly run: NodeConstructor<Settings>;
}

// biome-ignore lint/suspicious/noExplicitAny: documents and settings of a type are known to its own folder alone
export type AnyNodeType = NodeType<any, any>;

/** Leave the type parameters out, so that the compiler knows the schema, and with it what documents may say. */
export const defineNode = <Document, Settings, Schema extends TSchema = TSchema>(
  type: NodeType<Document, Settings, Schema>,
): NodeType<Document, Settings, Schema> => type;

/** The running part of a definition. @throws Error if it has none: programs that bring node types need not be typed. */
export const runningPartOf = (definition: AnyNodeDefinition): NodeConstructor<unknown> => {
  const { run } = definition as Partial<AnyNodeType>;
  if (!run) throw new Error(`${definition.type} has no running part`);
  return run;
};
