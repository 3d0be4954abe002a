import type { TSchema } from 'typebox';
import type { ResolvedEndpoint } from '../core/endpoint.js';
import type { Sense } from '../core/scene.js';
import type { Micros } from '../core/time.js';
import type { Places } from './places.js';
import type { Report } from './problem.js';
import type { LooseSelector, Provided, Taken } from './streams.js';

/** Prefix of AVA's own types. Case is ignored. */
export const AVA = '#Microsoft.VideoAnalyzer.' as const;
/** Prefix of Sluice's extensions. */
export const SLUICE = '#Sluice.' as const;

export type NodeFamily = 'source' | 'processor' | 'sink';

/** A node of a canonical topology. The schema of its type defines its other properties. */
export interface NodeDocument {
  '@type': string;
  name: string;
  inputs?: Array<{ nodeName: string; outputSelectors?: Array<{ property: string; operator: string; value: string }> }>;
  [property: string]: unknown;
}

/** Substitutes the parameters in a string. Returns undefined while one of them is not known. */
export type Fill = (text: string) => string | undefined;

/** What `checkDocument` may use. */
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
 * Everything about a node type except how it runs. Validation, connection rules, reference documentation and OpenAPI
 * are derived from it, so nothing outside the type's own folder names the type.
 */
export interface NodeDefinition<Document = NodeDocument, Settings = unknown> {
  /** Full `@type`, as AVA writes it. */
  readonly type: string;
  readonly family: NodeFamily;
  readonly schema: TSchema;
  readonly provides: readonly Provided[];
  readonly takes: readonly Taken[];
  /** True if it passes on the media that it takes. It then provides only the tracks that reach it. */
  readonly forwardsMedia?: boolean;
  /** True if a topology may have at most one. */
  readonly single?: boolean;
  /** What it watches for in the scene. */
  readonly senses?: readonly Sense[];
  /** One line about the rules in `checkGraph`, for the reference documentation. */
  readonly placement?: string;
  /**
   * Checks rules that concern several properties. Properties in which problems were found are missing in the document.
   */
  checkDocument?(document: Partial<Document>, check: DocumentCheck): void;
  /** Checks requirements on the neighbours that `takes` cannot express. */
  checkGraph?(node: GraphNode, graph: Graph, report: Report): void;
  /** Turns a valid document, with all parameters substituted, into the values that the running part takes. */
  settings(document: Document, scope: Scope): Settings;
  /** The endpoint that a node with these settings connects to. */
  endpoint?(settings: Settings): ResolvedEndpoint;
  /** How long a node with these settings delays an event deliberately, in µs. Default 0. */
  eventDelay?(settings: Settings): Micros;
}

/** A node of a topology together with its place in the document. */
export interface GraphNode {
  name: string;
  pointer: string;
  /** Undefined for a node of an unknown type, which is kept because other nodes may refer to it. */
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
