import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Command } from 'commander';
import { describe, expect, it } from 'vitest';
import { cameraCommand } from '../../../engine/cli/camera.js';
import { checkCommand } from '../../../engine/cli/check.js';
import { doctorCommand } from '../../../engine/cli/doctor.js';
import { inferCommand } from '../../../engine/cli/infer.js';
import { recordCommand } from '../../../engine/cli/record.js';
import { runCommand } from '../../../engine/cli/run.js';
import { serveCommand } from '../../../engine/cli/serve.js';
import { setupCommand } from '../../../engine/cli/setup.js';
import { videosCommand } from '../../../engine/cli/videos.js';

const ROOT = resolve(import.meta.dirname, '../../..');
const text = readFileSync(resolve(ROOT, 'docs/ref/cli.md'), 'utf8');
const commands: Command[] = [
  recordCommand(),
  runCommand(),
  serveCommand(),
  checkCommand(),
  cameraCommand(),
  inferCommand(),
  setupCommand(),
  doctorCommand(),
  videosCommand(),
];

/** The part of the page between a command's heading and the next. */
const sectionOf = (name: string): string =>
  new RegExp(`^## \`sluice ${name}[^\n]*\n(.*?)(?=^## |$(?![^]))`, 'ms').exec(text)?.[1] ?? '';

describe('docs/ref/cli.md', () => {
  it('has a section for every command that the program has, and no other', () => {
    const program = readFileSync(resolve(ROOT, 'engine/cli/program.ts'), 'utf8');
    const added = [...program.matchAll(/\.addCommand\((\w+)Command\(\)\)/g)].map((match) => match[1]);
    expect(commands.map((command) => command.name())).toEqual(added);
    expect([...text.matchAll(/^## `sluice (\w+)/gm)].map((match) => match[1])).toEqual(added);
  });

  it.each(commands.map((command) => [command.name(), command] as const))('has every option of %s', (name, command) => {
    const section = sectionOf(name);
    const rows = [...section.matchAll(/^\| `(-[^`]+)` \| (.*) \|$/gm)];
    expect(rows.map((row) => row[1])).toEqual(command.options.map((option) => option.flags));
    for (const option of command.options) {
      const row = rows.find((each) => each[1] === option.flags)?.[2] ?? '';
      for (const choice of option.argChoices ?? []) expect(row).toContain(`\`${choice}\``);
      if (option.envVar) expect(row).toContain(option.envVar);
      const { defaultValue } = option;
      if (typeof defaultValue === 'number' || typeof defaultValue === 'string')
        expect(row).toContain(String(defaultValue));
    }
    const usage = `sluice ${name} ${command.usage()}`;
    expect(text).toContain(`## \`${usage.trim()}\``);
  });
});
