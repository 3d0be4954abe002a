/**
 * The system calls that a host does not get, as a program for the kernel's filter. A host needs files, memory, threads
 * and the descriptors that it was started with; what is refused here has been a way out of processes like it.
 */

/** Numbers on x86_64, and on aarch64; null where there is no such call. */
type Numbers = readonly [x64: number | null, arm64: number | null];

/** Refused with EPERM. */
const REFUSED: Readonly<Record<string, Numbers>> = {
  // The network: a host has the sockets that it was given.
  socket: [41, 198],
  // Other processes.
  ptrace: [101, 117],
  process_vm_readv: [310, 270],
  process_vm_writev: [311, 271],
  process_madvise: [440, 440],
  kcmp: [312, 272],
  pidfd_getfd: [438, 438],
  move_pages: [279, 239],
  migrate_pages: [256, 238],
  // File systems and namespaces.
  mount: [165, 40],
  umount2: [166, 39],
  pivot_root: [155, 41],
  chroot: [161, 51],
  move_mount: [429, 429],
  open_tree: [428, 428],
  fsopen: [430, 430],
  fsconfig: [431, 431],
  fsmount: [432, 432],
  fspick: [433, 433],
  mount_setattr: [442, 442],
  unshare: [272, 97],
  setns: [308, 268],
  name_to_handle_at: [303, 264],
  open_by_handle_at: [304, 265],
  fanotify_init: [300, 262],
  quotactl: [179, 60],
  quotactl_fd: [443, 443],
  // The kernel itself.
  bpf: [321, 280],
  perf_event_open: [298, 241],
  userfaultfd: [323, 282],
  lookup_dcookie: [212, 18],
  add_key: [248, 217],
  request_key: [249, 218],
  keyctl: [250, 219],
  kexec_load: [246, 104],
  kexec_file_load: [320, 294],
  init_module: [175, 105],
  finit_module: [313, 273],
  delete_module: [176, 106],
  syslog: [103, 116],
  acct: [163, 89],
  vhangup: [153, 58],
  iopl: [172, null],
  ioperm: [173, null],
  modify_ldt: [154, null],
  uselib: [134, null],
  // The machine.
  reboot: [169, 142],
  swapon: [167, 224],
  swapoff: [168, 225],
  settimeofday: [164, 170],
  clock_settime: [227, 112],
  clock_adjtime: [305, 266],
  adjtimex: [159, 171],
  sethostname: [170, 161],
  setdomainname: [171, 162],
};

/** Said not to exist, so that libraries take the older call that does the same. */
const ABSENT: Readonly<Record<string, Numbers>> = {
  // Its flags are in memory, where the filter cannot look.
  clone3: [435, 435],
  io_uring_setup: [425, 425],
  io_uring_enter: [426, 426],
  io_uring_register: [427, 427],
};

const CLONE: Numbers = [56, 220];
const PERSONALITY: Numbers = [135, 92];
const IOCTL: Numbers = [16, 29];

/** Every flag of clone that makes a namespace. */
const NAMESPACE_FLAGS = 0x0002_0000 | 0x0200_0000 | 0x0400_0000 | 0x0800_0000 | 0x1000_0000 | 0x2000_0000 | 0x4000_0000;
/** Linux itself, and the question which one is set. */
const HARMLESS_PERSONALITIES = [0, 0xffff_ffff];
/** Both put characters into a terminal, as if they had been typed. */
const TERMINAL_TRICKS = [0x5412, 0x541c];

const ARCHITECTURES: Partial<Record<NodeJS.Architecture, { audit: number; column: 0 | 1 }>> = {
  x64: { audit: 0xc000_003e, column: 0 },
  arm64: { audit: 0xc000_00b7, column: 1 },
};
/** From here on x86_64 has the numbers of its other ABI, x32. */
const FIRST_X32 = 0x4000_0000;

const Op = { load: 0x20, jumpIfEqual: 0x15, jumpIfAtLeast: 0x35, jumpIfAnyBit: 0x45, end: 0x06 } as const;
const Offset = { number: 0, architecture: 4, argument: (index: number) => 16 + 8 * index } as const;
const EPERM = 1;
const ENOSYS = 38;
const Verdict = { allow: 0x7fff_0000, kill: 0x8000_0000, refuse: (errno: number) => 0x0005_0000 | errno } as const;

type Instruction = readonly [op: number, yes: number, no: number, operand: number];

/** The compiled program, or undefined for a processor whose numbers are not known here. */
export const seccompProgram = (arch: NodeJS.Architecture = process.arch): Buffer | undefined => {
  const machine = ARCHITECTURES[arch];
  if (machine === undefined) return undefined;
  const { audit, column } = machine;
  const program: Instruction[] = [
    [Op.load, 0, 0, Offset.architecture],
    [Op.jumpIfEqual, 1, 0, audit],
    [Op.end, 0, 0, Verdict.kill],
    [Op.load, 0, 0, Offset.number],
  ];
  if (arch === 'x64') program.push([Op.jumpIfAtLeast, 0, 1, FIRST_X32], [Op.end, 0, 0, Verdict.kill]);
  const forbid = (numbers: Numbers, errno: number): void => {
    const number = numbers[column];
    if (number !== null) program.push([Op.jumpIfEqual, 0, 1, number], [Op.end, 0, 0, Verdict.refuse(errno)]);
  };
  for (const numbers of Object.values(REFUSED)) forbid(numbers, EPERM);
  for (const numbers of Object.values(ABSENT)) forbid(numbers, ENOSYS);
  /** A call that depends on one argument; `tests` end the program where it is decided, `otherwise` decides the rest. */
  const inspect = (numbers: Numbers, argument: number, tests: readonly Instruction[], otherwise: number): void => {
    const body: Instruction[] = [[Op.load, 0, 0, Offset.argument(argument)], ...tests, [Op.end, 0, 0, otherwise]];
    program.push([Op.jumpIfEqual, 0, body.length, numbers[column]!], ...body);
  };
  const ifEqual = (value: number, verdict: number): Instruction[] => [
    [Op.jumpIfEqual, 0, 1, value],
    [Op.end, 0, 0, verdict],
  ];
  const allow = (values: readonly number[]) => values.flatMap((value) => ifEqual(value, Verdict.allow));
  const refuse = (values: readonly number[]) => values.flatMap((value) => ifEqual(value, Verdict.refuse(EPERM)));
  const namespaces: Instruction[] = [
    [Op.jumpIfAnyBit, 0, 1, NAMESPACE_FLAGS],
    [Op.end, 0, 0, Verdict.refuse(EPERM)],
  ];
  inspect(CLONE, 0, namespaces, Verdict.allow);
  inspect(PERSONALITY, 0, allow(HARMLESS_PERSONALITIES), Verdict.refuse(EPERM));
  inspect(IOCTL, 1, refuse(TERMINAL_TRICKS), Verdict.allow);
  program.push([Op.end, 0, 0, Verdict.allow]);
  return assembled(program);
};

/** As the kernel's `struct sock_filter`; both processors are little-endian. */
const assembled = (program: readonly Instruction[]): Buffer => {
  const bytes = Buffer.alloc(program.length * 8);
  for (const [index, [op, yes, no, operand]] of program.entries()) {
    bytes.writeUInt16LE(op, index * 8);
    bytes.writeUInt8(yes, index * 8 + 2);
    bytes.writeUInt8(no, index * 8 + 3);
    bytes.writeUInt32LE(operand >>> 0, index * 8 + 4);
  }
  return bytes;
};
