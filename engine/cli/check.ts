import { Command } from 'commander';
import { nodeTypeOf, RUNNABLE_KINDS, shortType } from '../topology/node-registry.js';
import { readTopologyFile } from '../topology/topology-file.js';
import type { Topology } from '../topology/validate.js';

export const checkCommand = (): Command =>
  new Command('check')
    .description('Validates topologies: one line per problem on stdout, `file#/json/pointer: message`. Exit 0 or 2.')
    .argument('<file...>', 'topology files')
    .action(check);

function check(files: string[]): void {
  for (const file of files) {
    const { topology, problems } = readTopologyFile(file);
    for (const line of problems) process.stdout.write(`${line}\n`);
    if (topology === undefined) {
      process.exitCode = 2;
      continue;
    }
    const waiting = notRunnable(topology);
    const note = waiting.length > 0 ? `, but this version cannot run ${waiting.join(', ')}` : '';
    process.stderr.write(`${file}: ${topology.name} is valid${note}\n`);
  }
}

/** Nodes that validate and would keep a pipeline from being activated. */
const notRunnable = ({ properties: { sources, processors = [], sinks } }: Topology): string[] =>
  [...sources, ...processors, ...sinks]
    .filter((node) => {
      const kind = nodeTypeOf(node['@type'])?.kind;
      return kind === undefined || !RUNNABLE_KINDS.has(kind);
    })
    .map((node) => `'${node.name}' (${shortType(node['@type'])})`);
