/* What a host that was taken over might ask the kernel for. Prints the name of each thing that it got, one a line.
 *   takeover PID     the engine's */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/io_uring.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

static void got(const char *what, long result) {
  if (result >= 0) printf("%s\n", what);
}

static int nothing(void *unused) {
  (void)unused;
  return 0;
}

int main(int argc, char **argv) {
  pid_t engine = argc > 1 ? atoi(argv[1]) : 0;
  static char stack[65536];
  char byte;
  struct iovec here = {&byte, 1}, there = {stack, 1};
  long attached = ptrace(PTRACE_ATTACH, engine, 0, 0);
  got("ptrace of the engine", attached);
  if (attached >= 0) ptrace(PTRACE_DETACH, engine, 0, 0);
  got("ptrace of itself", ptrace(PTRACE_TRACEME, 0, 0, 0));
  got("memory of the parent", process_vm_readv(getppid(), &here, 1, &there, 1, 0) < 0 && errno == EPERM ? -1 : 0);
  got("a user namespace", clone(nothing, stack + sizeof stack, CLONE_NEWUSER | SIGCHLD, 0));
  got("unshare", unshare(CLONE_NEWUSER));
  got("clone3", syscall(SYS_clone3, 0, 0) < 0 && errno == ENOSYS ? -1 : 0);
  got("mount", mount("none", "/tmp", "tmpfs", 0, ""));
  got("umount", umount2("/proc", MNT_DETACH));
  got("chroot", chroot("/tmp"));
  got("setuid", setuid(0));
  got("setgid", setgid(0));
  got("an ambient capability", prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, 21, 0, 0));
  got("bpf", syscall(SYS_bpf, 0, 0, 0) < 0 && errno == EPERM ? -1 : 0);
  got("perf", syscall(SYS_perf_event_open, 0, 0, -1, -1, 0) < 0 && errno == EPERM ? -1 : 0);
  got("keys", syscall(SYS_keyctl, 0, -3, 1));
  got("userfaultfd", syscall(SYS_userfaultfd, 0));
  struct io_uring_params ring = {0};
  got("io_uring", syscall(SYS_io_uring_setup, 1, &ring));
  got("a packet socket", socket(AF_PACKET, SOCK_RAW, 0));
  got("a raw socket", socket(AF_INET, SOCK_RAW, 1));
  got("a socket of the virtual machine's host", socket(AF_VSOCK, SOCK_STREAM, 0));
  got("another personality", syscall(SYS_personality, 0x0040000));
  return 0;
}
