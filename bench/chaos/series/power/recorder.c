/*
 * Records what programs write to the files of one folder, and what they sync, so that a disk can be built as it may
 * look after a power cut. Loaded with LD_PRELOAD into the engine and its hosts; compiled for one folder:
 *
 *   ROOT    the folder; operations on files elsewhere are not recorded
 *   TRACE   where the records are appended
 *
 * Each operation is one record, appended by one write, in the order in which the operations return. A sync is two: what
 * came before the first is on the disk once the second is there. Memory maps are not seen (SQLite's index of the
 * write-ahead log, which is made anew after a cut), nor is copy_file_range, nor stdio's own buffering.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

#define MAX_FD 65536
#define MAX_IOV 64

struct __attribute__((packed)) record {
  uint32_t kind;
  uint32_t path_bytes;
  uint32_t data_bytes;
  uint32_t sync;
  uint64_t inode;
  uint64_t offset;
  uint64_t micros;
};

static int trace = -1;
static uint64_t watched[MAX_FD]; /* inode of the file that was opened as this descriptor; 0: none of ours */
static atomic_uint syncs;

#define REAL(name) static __typeof__(name) *real_##name
REAL(open64); REAL(openat64); REAL(close); REAL(write); REAL(writev); REAL(pwrite64); REAL(pwritev64);
REAL(ftruncate64); REAL(fsync); REAL(fdatasync); REAL(unlink); REAL(rename); REAL(mkdir); REAL(link);
#define FIND(name) real_##name = dlsym(RTLD_NEXT, #name)

static void __attribute__((constructor)) begin(void) {
  FIND(open64); FIND(openat64); FIND(close); FIND(write); FIND(writev); FIND(pwrite64); FIND(pwritev64);
  FIND(ftruncate64); FIND(fsync); FIND(fdatasync); FIND(unlink); FIND(rename); FIND(mkdir); FIND(link);
  trace = real_open64(TRACE, O_WRONLY | O_APPEND | O_CLOEXEC);
}

/* The path inside ROOT, in the buffer, or null if the file is elsewhere. */
static const char *inside(const char *absolute, char *buffer) {
  size_t length = strlen(ROOT);
  if (strncmp(absolute, ROOT, length) != 0) return NULL;
  if (absolute[length] != '/' && absolute[length] != 0) return NULL;
  snprintf(buffer, PATH_MAX, "%s", absolute[length] == 0 ? "." : absolute + length + 1);
  return buffer;
}

static const char *path_of(int fd, char *buffer) {
  char link[64], absolute[PATH_MAX];
  snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
  ssize_t length = readlink(link, absolute, sizeof absolute - 1);
  if (length < 0) return NULL;
  absolute[length] = 0;
  return inside(absolute, buffer);
}

static uint64_t inode_of(int fd) {
  struct stat facts;
  return fstat(fd, &facts) == 0 ? facts.st_ino : 0;
}

static void note(char kind, const char *path, uint64_t inode, uint64_t offset, unsigned sync, const struct iovec *data,
                 int count, size_t bytes) {
  struct timespec now;
  clock_gettime(CLOCK_REALTIME, &now);
  struct record head = {kind,   path ? strlen(path) : 0, bytes,
                        sync,   inode,                   offset,
                        (uint64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000};
  struct iovec parts[MAX_IOV + 2] = {{&head, sizeof head}, {(void *)path, head.path_bytes}};
  int saved = errno, used = 2;
  for (int i = 0; i < count && bytes > 0; i++) {
    size_t part = data[i].iov_len < bytes ? data[i].iov_len : bytes;
    parts[used++] = (struct iovec){data[i].iov_base, part};
    bytes -= part;
  }
  if (trace >= 0) (void)!real_writev(trace, parts, used);
  errno = saved;
}

/* Whether the descriptor is one of ours, still. stdio closes descriptors without telling us. */
static uint64_t ours(int fd) {
  if (trace < 0 || fd < 0 || fd >= MAX_FD || watched[fd] == 0) return 0;
  int saved = errno;
  uint64_t inode = inode_of(fd);
  errno = saved;
  if (inode != watched[fd]) watched[fd] = 0;
  return watched[fd];
}

static int opened(int fd, int flags, int existed) {
  char buffer[PATH_MAX];
  if (trace < 0 || fd < 0 || fd >= MAX_FD) return fd;
  int saved = errno;
  watched[fd] = 0;
  const char *path = path_of(fd, buffer);
  if (path != NULL) {
    watched[fd] = inode_of(fd);
    note(existed ? 'o' : 'c', path, watched[fd], 0, 0, NULL, 0, 0);
    if (flags & O_TRUNC) note('t', NULL, watched[fd], 0, 0, NULL, 0, 0);
  }
  errno = saved;
  return fd;
}

#define MODE(flags) \
  mode_t mode = 0; \
  if ((flags) & (O_CREAT | O_TMPFILE)) { va_list rest; va_start(rest, flags); mode = va_arg(rest, mode_t); va_end(rest); }

static int open_at(int folder, const char *path, int flags, mode_t mode) {
  int saved = errno;
  /* A machine that has started anew has another boot id. */
  const char *boot = getenv("TRIAL_BOOT_ID_FILE");
  if (boot != NULL && strcmp(path, "/proc/sys/kernel/random/boot_id") == 0) path = boot;
  int existed = !(flags & O_CREAT) || faccessat(folder, path, F_OK, AT_SYMLINK_NOFOLLOW) == 0;
  errno = saved;
    /* An allocator may open files before the constructor above has run. */
  if (real_openat64 == NULL) return syscall(SYS_openat, folder, path, flags | O_LARGEFILE, mode);
  return opened(real_openat64(folder, path, flags | O_LARGEFILE, mode), flags, existed);
}

int open64(const char *path, int flags, ...) { MODE(flags) return open_at(AT_FDCWD, path, flags, mode); }
int open(const char *path, int flags, ...) { MODE(flags) return open_at(AT_FDCWD, path, flags, mode); }
int openat64(int folder, const char *path, int flags, ...) { MODE(flags) return open_at(folder, path, flags, mode); }
int openat(int folder, const char *path, int flags, ...) { MODE(flags) return open_at(folder, path, flags, mode); }
int creat64(const char *path, mode_t mode) { return open_at(AT_FDCWD, path, O_CREAT | O_WRONLY | O_TRUNC, mode); }
int creat(const char *path, mode_t mode) { return creat64(path, mode); }

int close(int fd) {
  if (fd >= 0 && fd < MAX_FD) watched[fd] = 0;
  return real_close == NULL ? syscall(SYS_close, fd) : real_close(fd);
}

/* Where a write without an offset of its own went: it has moved the position to its end. */
static void wrote(int fd, uint64_t inode, const struct iovec *data, int count, ssize_t done) {
  if (done <= 0) return;
  int saved = errno;
  off_t end = lseek(fd, 0, SEEK_CUR);
  errno = saved;
  note('w', NULL, inode, end - done, 0, data, count, done);
}

ssize_t write(int fd, const void *data, size_t bytes) {
  uint64_t inode = ours(fd);
  ssize_t done = real_write == NULL ? syscall(SYS_write, fd, data, bytes) : real_write(fd, data, bytes);
  struct iovec part = {(void *)data, bytes};
  if (inode) wrote(fd, inode, &part, 1, done);
  return done;
}

ssize_t writev(int fd, const struct iovec *data, int count) {
  uint64_t inode = ours(fd);
  /* A record holds only so many parts; a short write is one that callers know. */
  if (inode && count > MAX_IOV) count = MAX_IOV;
  ssize_t done = real_writev(fd, data, count);
  if (inode) wrote(fd, inode, data, count, done);
  return done;
}

ssize_t pwrite64(int fd, const void *data, size_t bytes, off64_t at) {
  uint64_t inode = ours(fd);
  ssize_t done = real_pwrite64(fd, data, bytes, at);
  struct iovec part = {(void *)data, bytes};
  if (inode && done > 0) note('w', NULL, inode, at, 0, &part, 1, done);
  return done;
}
ssize_t pwrite(int fd, const void *data, size_t bytes, off_t at) { return pwrite64(fd, data, bytes, at); }

ssize_t pwritev64(int fd, const struct iovec *data, int count, off64_t at) {
  uint64_t inode = ours(fd);
  if (inode && count > MAX_IOV) count = MAX_IOV;
  ssize_t done = real_pwritev64(fd, data, count, at);
  if (inode && done > 0) note('w', NULL, inode, at, 0, data, count, done);
  return done;
}
ssize_t pwritev(int fd, const struct iovec *data, int count, off_t at) { return pwritev64(fd, data, count, at); }

int ftruncate64(int fd, off64_t size) {
  uint64_t inode = ours(fd);
  int result = real_ftruncate64(fd, size);
  if (inode && result == 0) note('t', NULL, inode, size, 0, NULL, 0, 0);
  return result;
}
int ftruncate(int fd, off_t size) { return ftruncate64(fd, size); }

static int synced(int fd, int (*sync)(int)) {
  char buffer[PATH_MAX];
  uint64_t inode = ours(fd);
  const char *path = inode ? path_of(fd, buffer) : NULL;
  if (path == NULL) return sync(fd);
  unsigned number = ((unsigned)getpid() << 12) ^ atomic_fetch_add(&syncs, 1);
  note('s', path, inode, 0, number, NULL, 0, 0);
  int result = sync(fd);
  if (result == 0) note('f', path, inode, 0, number, NULL, 0, 0);
  return result;
}
int fsync(int fd) { return synced(fd, real_fsync); }
int fdatasync(int fd) { return synced(fd, real_fdatasync); }

/* `kind` with one path of ours, or with two, divided by a zero byte: the second is the data. */
static void named(char kind, const char *first, const char *second) {
  char absolute[2][PATH_MAX], buffer[2][PATH_MAX];
  const char *given[2] = {first, second}, *path[2] = {NULL, NULL};
  int saved = errno;
  for (int i = 0; i < 2 && given[i] != NULL; i++) {
    char folder[PATH_MAX];
    snprintf(folder, sizeof folder, "%s", given[i]);
    char *slash = strrchr(folder, '/');
    const char *name = slash ? given[i] + (slash - folder) + 1 : given[i];
    if (slash) *slash = 0;
    char *real = realpath(slash ? (*folder ? folder : "/") : ".", NULL);
    if (real == NULL) continue;
    if (snprintf(absolute[i], PATH_MAX, "%s/%s", real, name) < PATH_MAX) path[i] = inside(absolute[i], buffer[i]);
    free(real);
  }
  struct iovec data = {(void *)path[1], path[1] ? strlen(path[1]) : 0};
  if (path[0] != NULL && trace >= 0) note(kind, path[0], 0, 0, 0, &data, 1, data.iov_len);
  errno = saved;
}

int unlink(const char *path) { int r = real_unlink(path); if (r == 0) named('u', path, NULL); return r; }
int mkdir(const char *path, mode_t mode) { int r = real_mkdir(path, mode); if (r == 0) named('m', path, NULL); return r; }
int rename(const char *from, const char *to) { int r = real_rename(from, to); if (r == 0) named('r', from, to); return r; }
int link(const char *from, const char *to) { int r = real_link(from, to); if (r == 0) named('l', from, to); return r; }
