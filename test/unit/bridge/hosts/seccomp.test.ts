import { describe, expect, it } from 'vitest';
import { seccompProgram } from '../../../../bridge/hosts/seccomp.js';

const X64 = 0xc000_003e;
const ARM64 = 0xc000_00b7;
const ALLOW = 0x7fff_0000;
const KILL = 0x8000_0000;
const EPERM = 0x0005_0001;
const ENOSYS = 0x0005_0026;

/** Runs a program as the kernel does. */
const verdict = (program: Buffer, arch: number, number: number, args: readonly number[] = []): number => {
  const data = Buffer.alloc(64);
  data.writeUInt32LE(number, 0);
  data.writeUInt32LE(arch, 4);
  for (const [index, arg] of args.entries()) data.writeUInt32LE(arg, 16 + 8 * index);
  let accumulator = 0;
  for (let at = 0; at < program.length; at += 8) {
    const [op, operand] = [program.readUInt16LE(at), program.readUInt32LE(at + 4)];
    const jump = (condition: boolean) => {
      at += 8 * program.readUInt8(at + (condition ? 2 : 3));
    };
    if (op === 0x20) accumulator = data.readUInt32LE(operand);
    else if (op === 0x15) jump(accumulator === operand);
    else if (op === 0x35) jump(accumulator >= operand);
    else if (op === 0x45) jump((accumulator & operand) !== 0);
    else if (op === 0x06) return operand;
    else throw new Error(`unknown instruction ${op}`);
  }
  throw new Error('the program has no end');
};

describe('the filter of system calls', () => {
  const x64 = seccompProgram('x64')!;
  const arm64 = seccompProgram('arm64')!;

  it('kills what calls by the numbers of another processor, where the same number is another call', () => {
    expect(verdict(x64, 0x4000_0003, 1)).toBe(KILL);
    expect(verdict(x64, X64, 0x4000_0000 + 1)).toBe(KILL);
    expect(verdict(arm64, X64, 1)).toBe(KILL);
  });

  it.each([
    ['ptrace', 101, 117, EPERM],
    ['process_vm_writev', 311, 271, EPERM],
    ['mount', 165, 40, EPERM],
    ['setns', 308, 268, EPERM],
    ['unshare', 272, 97, EPERM],
    ['bpf', 321, 280, EPERM],
    ['reboot', 169, 142, EPERM],
    ['clone3', 435, 435, ENOSYS],
    ['io_uring_setup', 425, 425, ENOSYS],
    ['read', 0, 63, ALLOW],
    ['openat', 257, 56, ALLOW],
    ['futex', 202, 98, ALLOW],
    ['socketpair', 53, 199, ALLOW],
  ])('%s', (_name, onX64, onArm64, expected) => {
    expect(verdict(x64, X64, onX64)).toBe(expected);
    expect(verdict(arm64, ARM64, onArm64)).toBe(expected);
  });

  it('lets threads begin, and no namespaces', () => {
    const thread = 0x003d_0f00;
    for (const [program, arch, clone] of [[x64, X64, 56] as const, [arm64, ARM64, 220] as const]) {
      expect(verdict(program, arch, clone, [thread])).toBe(ALLOW);
      for (const flag of [0x1000_0000, 0x0002_0000, 0x4000_0000]) {
        expect(verdict(program, arch, clone, [thread | flag])).toBe(EPERM);
      }
    }
  });

  it('looks at the arguments of personality and ioctl', () => {
    expect(verdict(x64, X64, 135, [0xffff_ffff])).toBe(ALLOW);
    expect(verdict(x64, X64, 135, [0x0004_0000])).toBe(EPERM);
    expect(verdict(x64, X64, 16, [0, 0x5412])).toBe(EPERM);
    expect(verdict(x64, X64, 16, [0, 0x5401])).toBe(ALLOW);
  });

  it('gives no sockets', () => {
    for (const family of [1, 2, 10, 16, 17]) expect(verdict(x64, X64, 41, [family])).toBe(EPERM);
  });

  it('is not made for processors whose numbers are unknown', () => {
    expect(seccompProgram('riscv64')).toBeUndefined();
  });
});
