import type { TSchema } from 'typebox';
import type { ResolvedEndpoint } from '../core/endpoint.js';
import type { Micros } from '../core/time.js';
import type { Places } from './places.js';
import type { Report } from './problem.js';
import type { LooseSelector, Provided, Taken } from './streams.js';

/** Prefix of AVA's own types. Matched without regard to case. */
export const AVA = '#Microsoft.VideoAnalyzer.' as const;
/** Prefix of Sluice's extensions. */
export const SLUICE = '#Sluice.' as const;

export type NodeFamily = 'source' | 'processor' | 'sink';

/** A node as it stands in a canonical topology. Its type's schema says what else is in it. */
export interface NodeDocument {
  '@type': string;
  name: string;
  inputs?: Array<{ nodeName: string; outputSelectors?: Array<{ property: string; operator: string; value: string }> }>;
  [property: string]: unknown;
}

/** A string with its parameters filled in; undefined while one of them is not known. */
export type Fill = (text: string) => string | undefined;

/** What a type's own check of a document may use. */
export interface DocumentCheck {
  fill: Fill;
  places: Places;
  report: Report;
}

/** The values of the system variables that are known when a pipeline is resolved. */
export interface Scope {
  topologyName: string;
  pipelineName: string;
}

/**
 * What a topology needs to know of a node type: everything but how it runs. Nothing outside the type's own folder names
 * the type; validation, connection rules, reference documentation and OpenAPI derive from this.
 */
export interface NodeDefinition<Document = NodeDocument, Settings = unknown> {
  /** Full `@type`, as AVA writes it. */
  readonly type: string;
  readonly family: NodeFamily;
  readonly schema: TSchema;
  readonly provides: readonly Provided[];
  readonly takes: readonly Taken[];
  /** Passes on the media that it takes, so it provides no other tracks than those. */
  readonly forwardsMedia?: boolean;
  /** A topology has at most one. */
  readonly single?: boolean;
  /** One line about the rules in `checkGraph`, for the reference documentation. */
  readonly placement?: string;
  /** Properties that must fit each other, which no single property can tell. The document may have holes. */
  checkDocument?(document: Partial<Document>, check: DocumentCheck): void;
  /** What the type demands of its neighbours beyond `takes`. */
  checkGraph?(node: GraphNode, graph: Graph, report: Report): void;
  /** The document, every parameter filled in and checked, as values that the running part takes. */
  settings(document: Document, scope: Scope): Settings;
  /** The endpoint that a node with these settings connects to. */
  endpoint?(settings: Settings): ResolvedEndpoint;
  /** How long a node with these settings holds an event back on purpose, in µs. Default 0. */
  eventDelay?(settings: Settings): Micros;
  /** Whether this version can run it; one that cannot validates all the same. */
  readonly runnable: boolean;
}

/** A node of a topology together with its place in the document. */
export interface GraphNode {
  name: string;
  pointer: string;
  /** Undefined for a node of an unknown type: others may refer to it, and nothing else is asked of it. */
  definition: AnyNodeDefinition | undefined;
  document: Partial<NodeDocument>;
  inputs: GraphInput[];
}

export interface GraphInput {
  pointer: string;
  nodeName: string;
  selectors: LooseSelector[];
}

export interface Graph {
  nodes: GraphNode[];
  byName: Map<string, GraphNode>;
}

// biome-ignore lint/suspicious/noExplicitAny: documents and settings of a type are known to its own folder alone
export type AnyNodeDefinition = NodeDefinition<any, any>;

/** `RtspSource` of `#Microsoft.VideoAnalyzer.RtspSource`. */
export const shortType = (type: string): string => type.slice(type.lastIndexOf('.') + 1);
