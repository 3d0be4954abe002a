import { Command } from 'commander';
import { nodeTable } from '../nodes/table.js';
import { shortType } from '../topology/node-definition.js';
import { notRunnable } from '../topology/resolved.js';
import type { Topology } from '../topology/schema/documents.js';
import { readTopologyFile } from '../topology/topology-file.js';

export const checkCommand = (): Command =>
  new Command('check')
    .description('Validates topologies: one line per problem on stdout, `file#/json/pointer: message`. Exit 0 or 2.')
    .argument('<file...>', 'topology files')
    .action(check);

function check(files: string[]): void {
  for (const file of files) {
    const { topology, problems } = readTopologyFile(nodeTable, file);
    for (const line of problems) process.stdout.write(`${line}\n`);
    if (topology === undefined) {
      process.exitCode = 2;
      continue;
    }
    const waiting = waitingNodes(topology);
    const note = waiting.length > 0 ? `, but this version cannot run ${waiting.join(', ')}` : '';
    process.stderr.write(`${file}: ${topology.name} is valid${note}\n`);
  }
}

/** Nodes that are valid but keep a pipeline from being activated. */
const waitingNodes = ({ properties: { sources, processors = [], sinks } }: Topology): string[] =>
  notRunnable(
    [...sources, ...processors, ...sinks].flatMap((node) => {
      const definition = nodeTable.get(node['@type']);
      return definition ? { name: node.name, definition } : [];
    }),
  ).map(({ name, definition }) => `'${name}' (${shortType(definition.type)})`);
