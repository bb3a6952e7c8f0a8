/*
 * Stands between a program and the file system and makes one call fail.
 *
 * A test compiles this with `cc` and loads it by LD_PRELOAD into a process of its own. Calls of the C library are met by
 * functions of the same name; those that a program makes without the library, as rustix does, by a seccomp filter that
 * needs no privilege: it sends SIGSYS for them, unless they come from the library's own code. What such a process starts
 * has the filter and not yet the handler, and is ended by it.
 *
 * Only calls on what lies below FAULT_UNDER count; everything else passes. They are numbered from 1 in the order in which
 * they come, and each leaves a line in FAULT_TRACE: its number, the call, what it was on, and `FAILED` where it was made
 * to fail.
 *
 *   FAULT_AT     the number of the call that fails; 0 or nothing: none
 *   FAULT_ERRNO  what it fails with: EIO, ENOSPC, EROFS, EACCES, EDQUOT, EINTR, EINVAL, or SHORT, which lets a read or a
 *                write do half of its work and is no fault to any other call
 *   FAULT_ON     only calls count whose file has this in its path, as seen from the folder
 *   FAULT_GATE   a file; while it is there, every call that changes something fails: with ENOSPC only what takes room
 *
 * What fails is not done, but for close, which closes and then reports. The shim itself asks through `syscall`, which it
 * does not stand before, so it never meets itself.
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <link.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <signal.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/prctl.h>
#include <ucontext.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

enum kind { READS, CHANGES, GROWS };
enum verdict { PASS, FAIL, HALVE };

static const char *under, *only, *gate, *error_name;
static size_t under_length;
static long fail_at, count;
static int trace = -1, error_number = EIO;

static int number_of(const char *name) {
    static const struct { const char *name; int number; } known[] = {
        {"EIO", EIO}, {"ENOSPC", ENOSPC}, {"EROFS", EROFS}, {"EACCES", EACCES},
        {"EDQUOT", EDQUOT}, {"EINTR", EINTR}, {"EINVAL", EINVAL},
    };
    for (size_t at = 0; at < sizeof known / sizeof *known; at++)
        if (!strcmp(known[at].name, name)) return known[at].number;
    return EIO;
}

__attribute__((constructor)) static void begin(void) {
    const char *at = getenv("FAULT_AT"), *path = getenv("FAULT_TRACE");
    under = getenv("FAULT_UNDER");
    under_length = under ? strlen(under) : 0;
    only = getenv("FAULT_ON");
    gate = getenv("FAULT_GATE");
    error_name = getenv("FAULT_ERRNO");
    if (error_name) error_number = number_of(error_name);
    fail_at = at ? atol(at) : 0;
    if (path) trace = syscall(SYS_openat, AT_FDCWD, path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
}

/* Whether the path lies below the folder; NULL if not, else what follows the folder. */
static const char *below(const char *path) {
    if (!under_length || strncmp(path, under, under_length)) return NULL;
    if (path[under_length] == 0) return "";
    return path[under_length] == '/' ? path + under_length + 1 : NULL;
}

static const char *of_fd(int fd, char *buffer, size_t size) {
    char link[40];
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    long length = syscall(SYS_readlinkat, AT_FDCWD, link, buffer, size - 1);
    if (length < 0) return NULL;
    buffer[length] = 0;
    return below(buffer);
}

static const char *of_path(int folder, const char *path, char *buffer, size_t size) {
    if (!path || path[0] == '/') return path ? below(path) : NULL;
    if (path[0] == 0) return of_fd(folder, buffer, size);
    if (folder == AT_FDCWD) {
        if (syscall(SYS_getcwd, buffer, size) < 0) return NULL;
    } else if (!of_fd(folder, buffer, size)) {
        return NULL;
    }
    size_t length = strlen(buffer);
    snprintf(buffer + length, size - length, "/%s", path);
    return below(buffer);
}

static int is_shut(enum kind kind) {
    if (!gate || kind == READS || (error_number == ENOSPC && kind != GROWS)) return 0;
    return syscall(SYS_faccessat, AT_FDCWD, gate, F_OK) == 0;
}

/* Numbers a call and decides it. */
static enum verdict judge(const char *call, const char *on, enum kind kind) {
    if (!on || (only && !strstr(on, only))) return PASS;
    long number = __atomic_add_fetch(&count, 1, __ATOMIC_SEQ_CST);
    int fails = number == fail_at || is_shut(kind);
    char line[4352];
    int length = snprintf(line, sizeof line, "%ld %s %s%s\n", number, call, *on ? on : ".", fails ? " FAILED" : "");
    if (trace >= 0) syscall(SYS_write, trace, line, length);
    if (!fails) return PASS;
    if (error_name && !strcmp(error_name, "SHORT")) return HALVE;
    errno = error_number;
    return FAIL;
}

static enum verdict judge_fd(const char *call, int fd, enum kind kind) {
    int before = errno;
    char buffer[4096];
    enum verdict verdict = judge(call, of_fd(fd, buffer, sizeof buffer), kind);
    if (verdict != FAIL) errno = before;
    return verdict;
}

static enum verdict judge_path(const char *call, int folder, const char *path, enum kind kind) {
    int before = errno;
    char buffer[8192];
    enum verdict verdict = judge(call, of_path(folder, path, buffer, sizeof buffer), kind);
    if (verdict != FAIL) errno = before;
    return verdict;
}

#define REAL(type, name, ...)                                                                       \
    static type (*real)(__VA_ARGS__);                                                               \
    if (!real) real = (type (*)(__VA_ARGS__))dlsym(RTLD_NEXT, #name)

#define ON_FD(type, name, failed, kind, parameters, types, arguments)                               \
    type name parameters {                                                                          \
        static type(*real) types;                                                                   \
        if (!real) real = (type(*) types)dlsym(RTLD_NEXT, #name);                                   \
        return judge_fd(#name, fd, kind) == FAIL ? failed : real arguments;                         \
    }

#define ON_PATH(type, name, failed, folder, kind, parameters, types, arguments)                     \
    type name parameters {                                                                          \
        static type(*real) types;                                                                   \
        if (!real) real = (type(*) types)dlsym(RTLD_NEXT, #name);                                   \
        return judge_path(#name, folder, path, kind) == FAIL ? failed : real arguments;             \
    }

static enum kind of_flags(int flags) {
    if (flags & O_CREAT) return GROWS;
    return (flags & O_ACCMODE) == O_RDONLY ? READS : CHANGES;
}

#define MODE(flags, last)                                                                           \
    mode_t mode = 0;                                                                                \
    if ((flags) & (O_CREAT | O_TMPFILE)) {                                                          \
        va_list rest;                                                                               \
        va_start(rest, last);                                                                       \
        mode = va_arg(rest, mode_t);                                                                \
        va_end(rest);                                                                               \
    }

#define OPEN(name)                                                                                  \
    int name(const char *path, int flags, ...) {                                                    \
        MODE(flags, flags)                                                                          \
        REAL(int, name, const char *, int, ...);                                                    \
        return judge_path(#name, AT_FDCWD, path, of_flags(flags)) == FAIL ? -1 : real(path, flags, mode); \
    }
#define OPENAT(name)                                                                                \
    int name(int folder, const char *path, int flags, ...) {                                        \
        MODE(flags, flags)                                                                          \
        REAL(int, name, int, const char *, int, ...);                                               \
        return judge_path(#name, folder, path, of_flags(flags)) == FAIL ? -1 : real(folder, path, flags, mode); \
    }
OPEN(open)
OPEN(open64)
OPENAT(openat)
OPENAT(openat64)

#define HALF(name, kind)                                                                            \
    switch (judge_fd(#name, fd, kind)) {                                                            \
        case FAIL: return -1;                                                                       \
        case HALVE: size = size > 1 ? size / 2 : size; break;                                       \
        case PASS: break;                                                                           \
    }
#define READ_WRITE(name, bytes, kind)                                                               \
    ssize_t name(int fd, bytes buffer, size_t size) {                                               \
        REAL(ssize_t, name, int, bytes, size_t);                                                    \
        HALF(name, kind)                                                                            \
        return real(fd, buffer, size);                                                              \
    }
#define AT_OFFSET(name, bytes, kind)                                                                \
    ssize_t name(int fd, bytes buffer, size_t size, off_t at) {                                     \
        REAL(ssize_t, name, int, bytes, size_t, off_t);                                             \
        HALF(name, kind)                                                                            \
        return real(fd, buffer, size, at);                                                          \
    }
READ_WRITE(read, void *, READS)
READ_WRITE(write, const void *, GROWS)
AT_OFFSET(pread, void *, READS)
AT_OFFSET(pread64, void *, READS)
AT_OFFSET(pwrite, const void *, GROWS)
AT_OFFSET(pwrite64, const void *, GROWS)

ON_FD(off_t, lseek, -1, READS, (int fd, off_t at, int from), (int, off_t, int), (fd, at, from))
ON_FD(off_t, lseek64, -1, READS, (int fd, off_t at, int from), (int, off_t, int), (fd, at, from))
ON_FD(int, fsync, -1, CHANGES, (int fd), (int), (fd))
ON_FD(int, fdatasync, -1, CHANGES, (int fd), (int), (fd))
ON_FD(int, ftruncate, -1, CHANGES, (int fd, off_t to), (int, off_t), (fd, to))
ON_FD(int, ftruncate64, -1, CHANGES, (int fd, off_t to), (int, off_t), (fd, to))
ON_FD(int, posix_fallocate, errno, GROWS, (int fd, off_t at, off_t size), (int, off_t, off_t), (fd, at, size))
ON_FD(int, fchmod, -1, CHANGES, (int fd, mode_t mode), (int, mode_t), (fd, mode))
ON_FD(int, fchown, -1, CHANGES, (int fd, uid_t user, gid_t group), (int, uid_t, gid_t), (fd, user, group))
ON_FD(int, flock, -1, READS, (int fd, int how), (int, int), (fd, how))
ON_FD(int, fstat, -1, READS, (int fd, struct stat *told), (int, struct stat *), (fd, told))
ON_FD(int, fstat64, -1, READS, (int fd, struct stat64 *told), (int, struct stat64 *), (fd, told))
ON_FD(void *, mmap, MAP_FAILED, READS, (void *to, size_t size, int may, int flags, int fd, off_t at),
      (void *, size_t, int, int, int, off_t), (to, size, may, flags, fd, at))
ON_FD(void *, mmap64, MAP_FAILED, READS, (void *to, size_t size, int may, int flags, int fd, off_t at),
      (void *, size_t, int, int, int, off_t), (to, size, may, flags, fd, at))

ON_PATH(int, stat, -1, AT_FDCWD, READS, (const char *path, struct stat *told), (const char *, struct stat *), (path, told))
ON_PATH(int, stat64, -1, AT_FDCWD, READS, (const char *path, struct stat64 *told), (const char *, struct stat64 *), (path, told))
ON_PATH(int, lstat, -1, AT_FDCWD, READS, (const char *path, struct stat *told), (const char *, struct stat *), (path, told))
ON_PATH(int, lstat64, -1, AT_FDCWD, READS, (const char *path, struct stat64 *told), (const char *, struct stat64 *), (path, told))
ON_PATH(int, fstatat, -1, folder, READS, (int folder, const char *path, struct stat *told, int flags),
        (int, const char *, struct stat *, int), (folder, path, told, flags))
ON_PATH(int, fstatat64, -1, folder, READS, (int folder, const char *path, struct stat64 *told, int flags),
        (int, const char *, struct stat64 *, int), (folder, path, told, flags))
ON_PATH(int, statx, -1, folder, READS, (int folder, const char *path, int flags, unsigned mask, struct statx *told),
        (int, const char *, int, unsigned, struct statx *), (folder, path, flags, mask, told))
ON_PATH(int, access, -1, AT_FDCWD, READS, (const char *path, int mode), (const char *, int), (path, mode))
ON_PATH(ssize_t, readlink, -1, AT_FDCWD, READS, (const char *path, char *to, size_t size),
        (const char *, char *, size_t), (path, to, size))
ON_PATH(char *, realpath, NULL, AT_FDCWD, READS, (const char *path, char *to), (const char *, char *), (path, to))
ON_PATH(int, mkdir, -1, AT_FDCWD, GROWS, (const char *path, mode_t mode), (const char *, mode_t), (path, mode))
ON_PATH(int, mkdirat, -1, folder, GROWS, (int folder, const char *path, mode_t mode), (int, const char *, mode_t), (folder, path, mode))
ON_PATH(int, unlink, -1, AT_FDCWD, CHANGES, (const char *path), (const char *), (path))
ON_PATH(int, unlinkat, -1, folder, CHANGES, (int folder, const char *path, int flags), (int, const char *, int), (folder, path, flags))
ON_PATH(int, rename, -1, AT_FDCWD, CHANGES, (const char *path, const char *to), (const char *, const char *), (path, to))
ON_PATH(int, renameat, -1, folder, CHANGES, (int folder, const char *path, int other, const char *to),
        (int, const char *, int, const char *), (folder, path, other, to))
ON_PATH(int, renameat2, -1, folder, CHANGES, (int folder, const char *path, int other, const char *to, unsigned flags),
        (int, const char *, int, const char *, unsigned), (folder, path, other, to, flags))
ON_PATH(int, link, -1, AT_FDCWD, GROWS, (const char *path, const char *to), (const char *, const char *), (path, to))
ON_PATH(int, linkat, -1, folder, GROWS, (int folder, const char *path, int other, const char *to, int flags),
        (int, const char *, int, const char *, int), (folder, path, other, to, flags))

/* Only locks: what a program asks of its own descriptors is no call to the file system. */
static int counts(int command) {
    return command == F_SETLK || command == F_SETLKW || command == F_GETLK || command == F_OFD_SETLK ||
           command == F_OFD_SETLKW || command == F_OFD_GETLK;
}
static const char *called(const struct flock *lock) { return lock->l_type == F_UNLCK ? "unlock" : "lock"; }

#define FCNTL(name)                                                                                 \
    int name(int fd, int command, ...) {                                                            \
        va_list rest;                                                                               \
        va_start(rest, command);                                                                    \
        void *argument = va_arg(rest, void *);                                                      \
        va_end(rest);                                                                               \
        REAL(int, name, int, int, ...);                                                             \
        if (counts(command) && judge_fd(called(argument), fd, READS) == FAIL) return -1;            \
        return real(fd, command, argument);                                                         \
    }
FCNTL(fcntl)
FCNTL(fcntl64)

#define READDIR(type, name)                                                                         \
    type *name(DIR *folder) {                                                                       \
        REAL(type *, name, DIR *);                                                                  \
        return judge_fd(#name, dirfd(folder), READS) == FAIL ? NULL : real(folder);                 \
    }
READDIR(struct dirent, readdir)
READDIR(struct dirent64, readdir64)

int close(int fd) {
    REAL(int, close, int);
    enum verdict verdict = judge_fd("close", fd, READS);
    int error = errno, closed = real(fd);
    if (verdict != FAIL) return closed;
    errno = error;
    return -1;
}

/* The calls that are met without the library: the ones of which rustix makes use, and their kin. */
static const int met[] = {
    SYS_openat, SYS_fstat, SYS_newfstatat, SYS_statx, SYS_fchmod, SYS_fsync, SYS_fdatasync, SYS_ftruncate, SYS_flock,
    SYS_getdents64, SYS_unlinkat, SYS_renameat, SYS_renameat2, SYS_linkat, SYS_mkdirat,
#ifdef SYS_mkdir
    SYS_open, SYS_stat, SYS_lstat, SYS_mkdir, SYS_unlink, SYS_rename,
#endif
};
#define MET (sizeof met / sizeof *met)

static enum verdict judge_number(long number, long a, long b, long c) {
    const char *first = (const char *)a, *second = (const char *)b;
    switch (number) {
        case SYS_openat: return judge_path("openat", (int)a, second, of_flags((int)c));
        case SYS_fstat: return judge_fd("fstat", (int)a, READS);
        case SYS_newfstatat: return judge_path("fstatat", (int)a, second, READS);
        case SYS_statx: return judge_path("statx", (int)a, second, READS);
        case SYS_fchmod: return judge_fd("fchmod", (int)a, CHANGES);
        case SYS_fsync: return judge_fd("fsync", (int)a, CHANGES);
        case SYS_fdatasync: return judge_fd("fdatasync", (int)a, CHANGES);
        case SYS_ftruncate: return judge_fd("ftruncate", (int)a, CHANGES);
        case SYS_flock: return judge_fd("flock", (int)a, READS);
        case SYS_getdents64: return judge_fd("getdents", (int)a, READS);
        case SYS_unlinkat: return judge_path("unlinkat", (int)a, second, CHANGES);
        case SYS_renameat: return judge_path("renameat", (int)a, second, CHANGES);
        case SYS_renameat2: return judge_path("renameat2", (int)a, second, CHANGES);
        case SYS_linkat: return judge_path("linkat", (int)a, second, GROWS);
        case SYS_mkdirat: return judge_path("mkdirat", (int)a, second, GROWS);
#ifdef SYS_mkdir
        case SYS_open: return judge_path("open", AT_FDCWD, first, of_flags((int)b));
        case SYS_stat: return judge_path("stat", AT_FDCWD, first, READS);
        case SYS_lstat: return judge_path("lstat", AT_FDCWD, first, READS);
        case SYS_mkdir: return judge_path("mkdir", AT_FDCWD, first, GROWS);
        case SYS_unlink: return judge_path("unlink", AT_FDCWD, first, CHANGES);
        case SYS_rename: return judge_path("rename", AT_FDCWD, first, CHANGES);
#endif
        default: (void)first; return PASS;
    }
}

static void trapped(int signal, siginfo_t *info, void *context) {
    (void)signal;
    int before = errno;
    mcontext_t *at = &((ucontext_t *)context)->uc_mcontext;
#if defined(__x86_64__)
    greg_t *r = at->gregs;
    long a = r[REG_RDI], b = r[REG_RSI], c = r[REG_RDX], d = r[REG_R10], e = r[REG_R8], f = r[REG_R9];
#elif defined(__aarch64__)
    long a = at->regs[0], b = at->regs[1], c = at->regs[2], d = at->regs[3], e = at->regs[4], f = at->regs[5];
#else
#error "the registers of this processor are not known here"
#endif
    long result;
    if (judge_number(info->si_syscall, a, b, c) == FAIL) {
        result = -error_number;
    } else {
        result = syscall(info->si_syscall, a, b, c, d, e, f);
        if (result == -1) result = -errno;
    }
#if defined(__x86_64__)
    r[REG_RAX] = result;
#else
    at->regs[0] = result;
#endif
    errno = before;
}

static struct sock_filter filter[256];
static unsigned short filled;

static void put(unsigned short code, unsigned value, unsigned char yes, unsigned char no) {
    filter[filled++] = (struct sock_filter){code, yes, no, value};
}

/* Lets pass what comes from addresses with these upper 32 bits and lower ones from first to last. */
static void let_pass(uint32_t upper, uint32_t first, uint32_t last) {
    size_t pointer = offsetof(struct seccomp_data, instruction_pointer);
    put(BPF_LD | BPF_W | BPF_ABS, pointer + 4, 0, 0);
    put(BPF_JMP | BPF_JEQ | BPF_K, upper, 0, 4);
    put(BPF_LD | BPF_W | BPF_ABS, pointer, 0, 0);
    put(BPF_JMP | BPF_JGE | BPF_K, first, 0, 2);
    put(BPF_JMP | BPF_JGT | BPF_K, last, 1, 0);
    put(BPF_RET | BPF_K, SECCOMP_RET_ALLOW, 0, 0);
}

/* Finds the code of the C library; before glibc 2.34 a part of it lay in libpthread. */
static int pass_library(struct dl_phdr_info *object, size_t size, void *unused) {
    (void)size, (void)unused;
    const char *name = strrchr(object->dlpi_name, '/');
    if (!name || (strncmp(name, "/libc.so", 8) && strncmp(name, "/libc-", 6) && strncmp(name, "/libpthread", 11))) return 0;
    for (int at = 0; at < object->dlpi_phnum; at++) {
        const ElfW(Phdr) *part = &object->dlpi_phdr[at];
        if (part->p_type != PT_LOAD || !(part->p_flags & PF_X)) continue;
        uint64_t first = object->dlpi_addr + part->p_vaddr, last = first + part->p_memsz - 1;
        if (first >> 32 == last >> 32) {
            let_pass(first >> 32, first, last);
        } else {
            let_pass(first >> 32, first, UINT32_MAX);
            let_pass(last >> 32, 0, last);
        }
    }
    return 0;
}

__attribute__((constructor)) static void meet(void) {
    put(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr), 0, 0);
    for (size_t at = 0; at < MET; at++) put(BPF_JMP | BPF_JEQ | BPF_K, met[at], MET - at, 0);
    put(BPF_RET | BPF_K, SECCOMP_RET_ALLOW, 0, 0);
    dl_iterate_phdr(pass_library, NULL);
    put(BPF_RET | BPF_K, SECCOMP_RET_TRAP, 0, 0);
    struct sigaction action = {.sa_sigaction = trapped, .sa_flags = SA_SIGINFO | SA_RESTART};
    struct sock_fprog program = {filled, filter};
    if (sigaction(SIGSYS, &action, NULL) || prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) ||
        prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program)) {
        perror("the shim cannot meet calls that go around the C library");
        abort();
    }
}
