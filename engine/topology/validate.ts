import { messageOf } from '../core/errors.js';
import { shown } from '../core/shown.js';
import { checkConnections } from './connections.js';
import { graphOf } from './graph.js';
import { checkJsonLimits } from './json-limits.js';
import type { NodeTable } from './node-table.js';
import type { Places } from './places.js';
import type { Problem, Report } from './problem.js';
import { isSystemVariable, referencesIn, substitute } from './references.js';
import type { Topology } from './schema/documents.js';
import type { ValueRule } from './schema/value-rule.js';
import type { SchemaNode } from './schema-node.js';
import { listed, meant } from './suggest.js';
import { checkParameter, RUNTIME_VARIABLES, STATIC_VARIABLES } from './values.js';
import { type Reference, Walk } from './walk.js';

export type Declaration = NonNullable<Topology['properties']['parameters']>[number];

export interface ValidatedTopology {
  /** Present if and only if there are no problems. */
  topology?: Topology;
  problems: Problem[];
}

const CODE = 'PipelineValidationError';

/** Checks a topology as it was parsed from JSON. Never throws; reports every problem at once. */
export const validateTopology = (table: NodeTable, json: unknown): ValidatedTopology => {
  try {
    return validate(table, json);
  } catch (error) {
    // JSON cannot cause this, only an object whose own code runs while it is read (a getter, a proxy).
    return { problems: [{ pointer: '', message: `cannot be read: ${messageOf(error)}`, code: CODE }] };
  }
};

const validate = (table: NodeTable, json: unknown): ValidatedTopology => {
  const tooLarge = checkJsonLimits(json);
  if (tooLarge) return { problems: [tooLarge] };
  const walk = new Walk(CODE);
  const canonical = walk.walk(table.topologySchema as SchemaNode, json, '') as
    | (Topology & { '@apiVersion'?: string })
    | undefined;
  const report: Report = (pointer, message) => walk.report(pointer, message);
  if (canonical?.properties) {
    const declared = checkDeclarations(canonical, walk.places, report);
    for (const reference of walk.references) checkReference(reference, declared, walk);
    const graph = graphOf(table, canonical.properties, walk.places);
    const fill = (text: string): string | undefined => withDefaults(text, declared);
    for (const { definition, document } of graph.nodes) {
      definition?.checkDocument?.(document, { fill, places: walk.places, report });
    }
    checkConnections(table, graph, report);
  }
  if (walk.problems.length > 0 || canonical === undefined) return { problems: walk.problems };
  const { '@apiVersion': _, ...topology } = canonical;
  topology.properties.parameters?.sort((a, b) => (a.name < b.name ? -1 : 1));
  return { topology, problems: [] };
};

/** Reports problems of the parameter declarations, and returns the declarations by name. */
const checkDeclarations = (topology: Topology, places: Places, report: Report): Map<string, Declaration> => {
  const declared = new Map<string, Declaration>();
  for (const declaration of topology.properties.parameters ?? []) {
    const { name, type, default: fallback } = declaration;
    if (name === undefined) continue;
    if (declared.has(name)) report(places.of(declaration, 'name'), `${shown(name)} is declared twice`);
    declared.set(name, declaration);
    const checked = fallback === undefined || type === undefined ? undefined : checkParameter(type, fallback);
    if (checked && 'problem' in checked) {
      const value = type === 'secretString' ? '' : `${shown(fallback)} `;
      report(places.of(declaration, 'default'), `${value}${checked.problem}, because the parameter is of type ${type}`);
    }
  }
  return declared;
};

const checkReference = (reference: Reference, declared: Map<string, Declaration>, walk: Walk): void => {
  let known = true;
  for (const name of referencesIn(reference.text)) {
    const problem = isSystemVariable(name) ? systemVariableProblem(name, reference.rule) : undeclared(name, declared);
    if (problem === undefined) continue;
    known = false;
    walk.report(reference.pointer, problem);
  }
  if (known) checkDefaults(reference, declared, walk);
};

const systemVariableProblem = (name: string, rule: ValueRule): string | undefined => {
  if (STATIC_VARIABLES.some((variable) => variable === name)) return undefined;
  const runtime = RUNTIME_VARIABLES.some((variable) => variable === name);
  if (runtime && rule.runtimeVariables) return undefined;
  if (runtime) return `the variable ${shown(name)} is allowed only in the fileNamePattern of a FileSink`;
  const all = [...STATIC_VARIABLES, ...RUNTIME_VARIABLES];
  return `there is no system variable ${shown(name)}; variables are ${all.join(', ')}`;
};

const undeclared = (name: string, declared: Map<string, Declaration>): string | undefined => {
  if (declared.has(name)) return undefined;
  const names = [...declared.keys()];
  return `the parameter ${shown(name)} is not declared${meant(name, names)}; declared are ${listed(names)}`;
};

/**
 * A default that does not fit where it is used is an error, even if live pipelines override it. URLs are not checked:
 * AVA's samples have placeholders there, which live pipelines must override.
 */
const checkDefaults = (reference: Reference, declared: Map<string, Declaration>, walk: Walk): void => {
  if (reference.rule.kind === 'url') return;
  const text = withDefaults(reference.text, declared);
  const secret = referencesIn(reference.text).some((name) => declared.get(name)?.type === 'secretString');
  if (text !== undefined) walk.recheck(reference, { text, secret });
};

/** The string that results if a live pipeline gives no values; undefined if it must give one. */
const withDefaults = (text: string, declared: Map<string, Declaration>): string | undefined => {
  const open = referencesIn(text).some((name) => !isSystemVariable(name) && declared.get(name)?.default === undefined);
  return open ? undefined : substitute(text, (name) => declared.get(name)?.default);
};
