import { messageOf } from '../core/errors.js';
import { shown } from '../core/shown.js';
import { graphOf, inOrder } from './graph.js';
import { child } from './json-pointer.js';
import type { Graph, NodeDocument, Scope } from './node-definition.js';
import type { NodeTable } from './node-table.js';
import type { Problem, Report } from './problem.js';
import { isSystemVariable, referencesIn, substitute } from './references.js';
import type { ResolvedNode, ResolvedPipeline } from './resolved.js';
import type { Topology } from './schema/documents.js';
import type { SchemaNode } from './schema-node.js';
import type { OutputSelector } from './streams.js';
import { listed, meant } from './suggest.js';
import type { Declaration } from './validate.js';
import { checkParameter } from './values.js';
import { type Reference, Walk } from './walk.js';

/** What a live pipeline gives to a topology. */
export interface PipelineParameters {
  name: string;
  parameters: ReadonlyArray<{ name: string; value?: string | undefined }>;
}

export interface Resolution {
  /** Present if and only if there are no problems. Contains secrets. */
  pipeline?: ResolvedPipeline;
  /** Their pointers refer to the live pipeline. */
  problems: Problem[];
}

const CODE = 'PipelineValidationError';
const PARAMETERS = '/properties/parameters';
const FAMILIES = ['source', 'processor', 'sink'] as const;

/** Substitutes a live pipeline's parameters in a valid topology. Never throws; reports every problem at once. */
export const resolvePipeline = (table: NodeTable, topology: Topology, live: PipelineParameters): Resolution => {
  try {
    return new Resolver(table, topology, live).resolve();
  } catch (error) {
    return { problems: [{ pointer: '', message: `cannot be resolved: ${messageOf(error)}`, code: CODE }] };
  }
};

class Resolver {
  readonly #table: NodeTable;
  readonly #topology: Topology;
  readonly #live: PipelineParameters;
  readonly #declared: Map<string, Declaration>;
  /** Name → index in the live pipeline's list. */
  readonly #given = new Map<string, number>();
  readonly #problems: Problem[] = [];
  /** JSON pointer into the topology → the names of the parameters there. */
  readonly #usedAt = new Map<string, string[]>();

  constructor(table: NodeTable, topology: Topology, live: PipelineParameters) {
    this.#table = table;
    this.#topology = topology;
    this.#live = live;
    this.#declared = new Map((topology.properties.parameters ?? []).map((one) => [one.name, one]));
  }

  resolve(): Resolution {
    this.#checkGiven();
    this.#checkMissing();
    if (this.#problems.length > 0) return { problems: this.#problems };
    const walk = new Walk(CODE, (reference) => this.#fill(reference));
    const filled = walk.walk(this.#table.topologySchema as SchemaNode, this.#topology, '') as Topology;
    const report: Report = (pointer, message) => walk.report(pointer, message);
    const graph = graphOf(this.#table, filled?.properties, walk.places);
    for (const { definition, document } of graph.nodes) {
      definition?.checkDocument?.(document, { fill: (text) => text, places: walk.places, report });
    }
    const nodes = walk.problems.length > 0 ? [] : this.#nodes(graph);
    for (const problem of walk.problems) this.#problems.push(this.#atParameter(problem));
    if (this.#problems.length > 0) return { problems: this.#problems };
    return { pipeline: { name: this.#live.name, topologyName: this.#topology.name, nodes }, problems: [] };
  }

  #nodes(graph: Graph): ResolvedNode[] {
    const scope: Scope = { topologyName: this.#topology.name, pipelineName: this.#live.name };
    const { ordered } = inOrder(graph);
    const inFamilies = FAMILIES.flatMap((family) => ordered.filter((node) => node.definition?.family === family));
    return inFamilies.map(({ name, definition, document }) => ({
      name,
      definition: definition!,
      inputs: inputsOf(document),
      settings: definition!.settings(document, scope),
    }));
  }

  #report(pointer: string, message: string): void {
    this.#problems.push({ pointer, message, code: CODE });
  }

  #checkGiven(): void {
    for (const [index, { name, value }] of this.#live.parameters.entries()) {
      const place = child(PARAMETERS, index);
      const declaration = this.#declared.get(name);
      if (declaration === undefined) {
        const names = [...this.#declared.keys()];
        this.#report(
          `${place}/name`,
          `the topology declares no parameter ${shown(name)}${meant(name, names)}; declared are ${listed(names)}`,
        );
        continue;
      }
      if (this.#given.has(name)) this.#report(`${place}/name`, `the parameter ${shown(name)} is given twice`);
      if (value === undefined) continue;
      this.#given.set(name, index);
      const checked = checkParameter(declaration.type, value);
      if ('problem' in checked) {
        const seen = declaration.type === 'secretString' ? '' : `${shown(value)} `;
        this.#report(
          `${place}/value`,
          `${seen}${checked.problem}, because the parameter is of type ${declaration.type}`,
        );
      }
    }
  }

  #checkMissing(): void {
    for (const { name, default: fallback } of this.#declared.values()) {
      if (fallback !== undefined || this.#given.has(name)) continue;
      this.#report(PARAMETERS, `the parameter ${shown(name)} has no default, so it needs a value`);
    }
  }

  #valueOf(name: string): string | undefined {
    const index = this.#given.get(name);
    return index === undefined ? this.#declared.get(name)?.default : this.#live.parameters[index]?.value;
  }

  #fill(reference: Reference): { text: string; secret: boolean } {
    const names = referencesIn(reference.text).filter((name) => !isSystemVariable(name));
    this.#usedAt.set(reference.pointer, names);
    return {
      text: substitute(reference.text, (name) => this.#system(name, reference) ?? this.#valueOf(name)),
      secret: names.some((name) => this.#declared.get(name)?.type === 'secretString'),
    };
  }

  /** System variables stay in a file name pattern for now, because the pattern is checked for having one. */
  #system(name: string, reference: Reference): string | undefined {
    if (reference.rule.runtimeVariables) return undefined;
    if (name === 'System.TopologyName') return this.#topology.name;
    return name === 'System.PipelineName' ? this.#live.name : undefined;
  }

  /** Reports a value that does not fit where the user gave it, and names the place where it is used. */
  #atParameter(problem: Problem): Problem {
    const place = [...this.#usedAt.keys()].find(
      (used) => problem.pointer === used || problem.pointer.startsWith(`${used}/`),
    );
    const names = place === undefined ? [] : this.#usedAt.get(place)!;
    const name = names.find((one) => this.#given.has(one)) ?? names[0];
    const pointer =
      name !== undefined && this.#given.has(name) ? `${PARAMETERS}/${this.#given.get(name)}/value` : PARAMETERS;
    const carried = name === undefined ? '' : `the parameter '${name}' does not fit: `;
    return { ...problem, pointer, message: `${carried}${problem.message} (at ${problem.pointer} of the topology)` };
  }
}

const inputsOf = ({ inputs = [] }: Partial<NodeDocument>): ResolvedNode['inputs'] =>
  inputs.map(({ nodeName, outputSelectors = [] }) => ({
    nodeName,
    outputSelectors: outputSelectors as OutputSelector[],
  }));
