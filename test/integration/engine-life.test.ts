import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { resolve } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { describe, expect, it, onTestFinished } from 'vitest';
import { tempDir } from '../kit/temp-dir.js';
import { until } from '../kit/until.js';

interface Program {
  readonly child: ChildProcess;
  readonly lines: string[];
  readonly errors: string[];
  /** Resolves with its exit code. */
  readonly ended: Promise<number | null>;
}

/** Runs test/kit/life.mjs. */
const run = (dataDir: string, ...steps: string[]): Program => {
  const script = resolve(import.meta.dirname, '../kit/life.mjs');
  const child = spawn(process.execPath, [script, dataDir, ...steps], { stdio: ['ignore', 'pipe', 'pipe'] });
  onTestFinished(() => void child.kill('SIGKILL'));
  const read = (stream: NodeJS.ReadableStream): string[] => {
    const lines: string[] = [];
    let rest = '';
    stream.setEncoding('utf8').on('data', (chunk: string) => {
      const parts = `${rest}${chunk}`.split('\n');
      rest = parts.pop()!;
      lines.push(...parts);
    });
    return lines;
  };
  const ended = once(child, 'close').then(([code]) => code as number | null);
  return { child, lines: read(child.stdout!), errors: read(child.stderr!), ended };
};

const failures = ({ lines }: Program): number => lines.filter((line) => line.endsWith('.NetworkError')).length;

/** Longer than an engine takes to start its last thread, and a camera that is away to be tried again. */
const A_WHILE_MS = 8_000;

/** Nothing happens between two attempts to reach a camera, so only the engine can have kept it alive. */
const stillRuns = async (program: Program): Promise<void> => {
  const over = await Promise.race([program.ended.then(() => true), pause(A_WHILE_MS, false)]);
  expect({ over, lines: program.lines }).toMatchObject({ over: false });
};

describe('a program whose only handle is the engine', () => {
  it('stays alive while a camera is away, and ends when the engine is closed', async () => {
    const dataDir = tempDir();
    const program = run(dataDir, 'subscribe', 'add');
    await until('the camera was tried', () => failures(program) >= 1);
    await stillRuns(program);
    program.child.kill('SIGKILL');
    await program.ended;

    // The camera was active when the program was killed, so it is again.
    const closing = run(dataDir, 'close');
    expect(await closing.ended).toBe(0);
    expect(closing.lines).toEqual(['done: close', 'nothing keeps it alive']);
    expect(closing.errors).toEqual([]);
  });

  it('stays alive when the camera was resumed at the start', async () => {
    const dataDir = tempDir();
    const first = run(dataDir, 'add', 'close');
    expect(await first.ended).toBe(0);
    const program = run(dataDir, 'subscribe');
    await until('the camera was tried', () => failures(program) >= 1);
    await stillRuns(program);
  });

  it('ends by itself without an active pipeline, also with a subscription or a loop over events', async () => {
    const dataDir = tempDir();
    const program = run(dataDir, 'subscribe', 'loop', 'add', 'remove', 'wait');
    expect(await program.ended).toBe(0);
    expect(program.lines.slice(-2)).toEqual(['done: wait', 'nothing keeps it alive']);
    const empty = run(dataDir);
    expect(await empty.ended).toBe(0);
    expect(empty.lines).toEqual(['nothing keeps it alive']);
  });

  it('ends its loops over events with the engine', async () => {
    const program = run(tempDir(), 'loop', 'add', 'close');
    expect(await program.ended).toBe(0);
    expect(program.lines).toContain('the loop ended');
    expect(program.lines.at(-1)).toBe('nothing keeps it alive');
  });
});
