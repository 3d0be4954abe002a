import type { Kernel } from './kernel.js';
import type { Pictures } from './pictures.js';
import type { Slabs } from './slabs.js';

/** A detector or a tracker of one camera. At most one of its pictures is with a worker. */
export interface PoolMember {
  /** Hands its next picture to a worker: the task, or undefined if no picture waits. */
  begin(): number | undefined;
  /** The worker has finished what `begin` gave; `error`: it could not. */
  end(error?: Error): void;
  close(): Promise<void>;
}

/** What a member needs of its pool. */
export interface MemberPool {
  readonly slabs: Slabs;
  readonly pictures: Pictures;
  readonly kernel: Kernel;
  /** A picture waits: ask `begin` when a worker is free. */
  ready(member: PoolMember): void;
  /** The member is closed: it is not to be asked any more. */
  detached(member: PoolMember): void;
}

/**
 * A task is one number: the address of a slab, which is a multiple of 64, and what is to be done with it in the lowest bit.
 */
const FOLLOW = 1;

export const judgeTask = (slab: number): number => slab;
export const followTask = (slab: number): number => slab | FOLLOW;
export const slabOf = (task: number): number => task & ~FOLLOW;
export const follows = (task: number): boolean => (task & FOLLOW) !== 0;
