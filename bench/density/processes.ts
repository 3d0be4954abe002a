import { readdirSync, readFileSync } from 'node:fs';

/** What /proc says of processes. CPU time counts all threads, those that have ended too. */

export interface Usage {
  /** User and system time since the process began, in µs. */
  cpuMicros: number;
  rssBytes: number;
  /** Resident memory with shared pages split among those who share them. */
  pssBytes: number;
  threads: number;
}

/** Linux gives process times in hundredths of a second to every program, whatever the kernel's own tick. */
export const MICROS_PER_TICK = 10_000;

/** Number in proc(5) of the field with the parent. */
const PARENT_FIELD = 4;

/** Fields of /proc/PID/stat by their number in proc(5). The name in parentheses may hold spaces and parentheses. */
export const statField = (stat: string, number: number): number =>
  Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[number - 3]);

export const cpuMicrosOf = (stat: string): number => (statField(stat, 14) + statField(stat, 15)) * MICROS_PER_TICK;

/** A field of /proc/PID/smaps_rollup, in bytes; undefined if it is not there. */
export const rollupBytes = (text: string, name: string): number | undefined => {
  const kib = new RegExp(`^${name}:\\s+(\\d+) kB$`, 'm').exec(text)?.[1];
  return kib === undefined ? undefined : Number(kib) * 1024;
};

/** @throws if the process is gone or its memory may not be read. */
export const usageOf = (pid: number): Usage => {
  const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
  const rollup = readFileSync(`/proc/${pid}/smaps_rollup`, 'latin1');
  const rssBytes = rollupBytes(rollup, 'Rss');
  const pssBytes = rollupBytes(rollup, 'Pss');
  if (rssBytes === undefined || pssBytes === undefined) throw new Error(`/proc/${pid}/smaps_rollup is not readable`);
  return { cpuMicros: cpuMicrosOf(stat), rssBytes, pssBytes, threads: statField(stat, 20) };
};

export const cpuMicros = (pid: number): number => cpuMicrosOf(readFileSync(`/proc/${pid}/stat`, 'latin1'));

/** Children, their children and so on: bridge hosts run behind the programs that confine them. */
export const descendantsOf = (pid: number): number[] => {
  const children = new Map<number, number[]>();
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    try {
      const parent = statField(readFileSync(`/proc/${name}/stat`, 'latin1'), PARENT_FIELD);
      children.set(parent, [...(children.get(parent) ?? []), Number(name)]);
    } catch {
      // It has just ended.
    }
  }
  const below = (parent: number): number[] => (children.get(parent) ?? []).flatMap((child) => [child, ...below(child)]);
  return below(pid);
};

/** The command line as its arguments. */
export const argumentsOf = (pid: number): string[] => {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0').slice(0, -1);
  } catch {
    return [];
  }
};

/** With that of its children, as far as they have ended. */
export const familyCpuMicros = (pid: number): number => {
  const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
  return cpuMicrosOf(stat) + (statField(stat, 16) + statField(stat, 17)) * MICROS_PER_TICK;
};

/** Ticks of all processors since the machine started, from /proc/stat. */
export interface MachineTicks {
  idle: number;
  /** Of programs, in the kernel or outside; interrupts are not in it. */
  work: number;
  /** Taken by the host of a virtual machine. */
  stolen: number;
  all: number;
}

export const machineTicks = (text: string): MachineTicks => {
  const fields = /^cpu +(.*)$/m.exec(text)?.[1]?.split(' ').map(Number) ?? [];
  // user, nice, system, idle, iowait, irq, softirq, steal; guest time is in user already.
  const all = fields.slice(0, 8).reduce((sum, ticks) => sum + ticks, 0);
  const [user = 0, nice = 0, system = 0, idle = 0, waiting = 0, , , stolen = 0] = fields;
  return { idle: idle + waiting, work: user + nice + system, stolen, all };
};

export const readMachineTicks = (): MachineTicks => machineTicks(readFileSync('/proc/stat', 'latin1'));
