/**
 * A worker of the pool. It keeps no camera's state: a task is a list of slab addresses, and all else is in the slabs.
 * The result is the number of slabs; time and failure of each are left in its header.
 */
import { performance } from 'node:perf_hooks';
import { workerData } from 'node:worker_threads';
import { SLAB, TRACK_SLAB } from '../layout.js';
import { instantiateKernel } from './kernel.js';
import { follows, slabOf } from './pool-member.js';

export interface KernelWorkerData {
  module: WebAssembly.Module;
  memory: WebAssembly.Memory;
}

const given = workerData as KernelWorkerData;
const kernel = instantiateKernel(given.module, given.memory);
let words = new Int32Array(given.memory.buffer);

export function judgeSlabs(slabs: number[]): number {
  for (const task of slabs) {
    const slab = slabOf(task);
    const at = (slab + (follows(task) ? TRACK_SLAB.micros : SLAB.micros)) >>> 2;
    if (at >= words.length) words = new Int32Array(given.memory.buffer);
    const began = performance.now();
    try {
      if (follows(task)) kernel.follow(slab);
      else kernel.judge(slab);
      words[at] = Math.max(1, Math.round((performance.now() - began) * 1000));
    } catch {
      // A trap has no details. The camera reports the failure and resets its model; the task goes on with the next slab.
      words[at] = -1;
    }
  }
  return slabs.length;
}
