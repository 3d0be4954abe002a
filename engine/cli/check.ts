import { Command } from 'commander';
import { nodeTable } from '../nodes/table.js';
import { readTopologyFile } from '../topology/topology-file.js';
import { printRemark, printResult } from './results.js';

export const checkCommand = (): Command =>
  new Command('check')
    .description('Validates topologies: one line per problem on stdout, `file#/json/pointer: message`. Exit 0 or 2.')
    .argument('<file...>', 'topology files')
    .action(check);

function check(files: string[]): void {
  for (const file of files) {
    const { topology, problems } = readTopologyFile(nodeTable, file);
    for (const line of problems) printResult(`${line}\n`);
    if (topology === undefined) {
      process.exitCode = 2;
      continue;
    }
    printRemark(`${file}: ${topology.name} is valid\n`);
  }
}
