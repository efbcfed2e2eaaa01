/* The disk under a process, which can fail it: at its n-th call that changes files below one folder the process is
   killed, the call fails, or the power is cut.

   Loaded by LD_PRELOAD, it does nothing until shim_arm(). It remembers what every write overwrote and every name that
   was made, moved or removed, until the file or its folder is synced. A power cut takes all of that back, newest first;
   a torn one takes back some of it: sectors of 512 bytes by the throw of a seed, and names from some moment on, as a
   journalling file system would. A file's name is safe only once its folder is synced; SQLite's -shm is memory. What
   C++ writes by streams of its own (PDFs by qpdf) is not seen; the file is synced and renamed by Python, which is. */

#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <unistd.h>

enum { COUNT, KILL, FAIL, FAIL_ON, POWER, TORN };
enum { SECTOR = 512, MOST = 1 << 18 };

typedef struct {
    char kind;              /* 'd' written, 't' cut off, 'c' made, 'm' moved, 'u' removed */
    int synced, fd;
    dev_t dev; ino_t ino;
    off_t offset, size;     /* where data was written, and how long the file was before */
    ssize_t had, n;         /* how many bytes stood there, and how many were written */
    char *old, *path, *to, *saved;
} Entry;

static char root[PATH_MAX], aside[PATH_MAX], trace[MOST];
static int mode = -1, when, failure, reads, calls, entries_n, saved_n;
static unsigned seed;
static Entry entries[MOST];
static pthread_mutex_t lock = PTHREAD_RECURSIVE_MUTEX_INITIALIZER_NP;

#define REAL(name) ((__typeof__(name) *)dlsym(RTLD_NEXT, #name))

static int is_data(const Entry *one) { return one->kind == 'd' || one->kind == 't'; }

static int below(const char *path) {
    size_t n = strlen(root), m = strlen(path);
    return mode >= 0 && !strncmp(path, root, n) && (path[n] == '/' || !path[n])
        && !(m > 4 && !strcmp(path + m - 4, "-shm"));
}

static const char *full(int dir, const char *path, char *out) {
    if (path[0] == '/') return path;
    char link[64], base[PATH_MAX / 2];
    ssize_t n = -1;
    if (dir != AT_FDCWD) {
        snprintf(link, sizeof link, "/proc/self/fd/%d", dir);
        n = readlink(link, base, sizeof base - 1);
    }
    if (n >= 0) base[n] = 0;
    else if (!getcwd(base, sizeof base)) return path;
    snprintf(out, PATH_MAX, "%s/%s", base, path);
    return out;
}

static int watched(int fd, char *path) {
    char link[64];
    if (mode < 0) return 0;
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t n = readlink(link, path, PATH_MAX - 1);
    if (n < 0) return 0;
    path[n] = 0;
    return below(path);
}

static unsigned throw(unsigned sides) {
    seed = seed * 1103515245u + 12345u;
    return (seed >> 16) % sides;
}

static void folder_of(const char *path, char *out) {
    snprintf(out, PATH_MAX, "%s", path);
    char *end = strrchr(out, '/');
    if (end) *end = 0;
}

static void take_back_data(Entry *one) {
    struct stat now;
    int whole = mode == POWER || !throw(3), none = !whole && !throw(2);
    if (none) return;
    ssize_t end = whole ? one->had : one->n;  /* a torn file that had grown keeps its length, with zeros in it */
    for (off_t at = 0; at < end; at += SECTOR)
        if (whole || throw(2)) {
            size_t n = end - at < SECTOR ? end - at : SECTOR;
            if (REAL(pwrite)(one->fd, one->old + at, n, one->offset + at) < 0) abort();
        }
    if (whole && !fstat(one->fd, &now) && now.st_size > one->size && REAL(ftruncate)(one->fd, one->size)) abort();
}

static char *follow(char *path, const char *from, const char *to) {
    size_t n = strlen(from);
    if (!path || strncmp(path, from, n) || path[n] != '/') return path;
    char moved[2 * PATH_MAX];
    snprintf(moved, sizeof moved, "%s%s", to, path + n);
    return strdup(moved);
}

/* A folder got another name: what happened in it before did so there. */
static void renamed(int before, const char *from, const char *to) {
    for (int i = 0; i < before; i++) {
        entries[i].path = follow(entries[i].path, from, to);
        entries[i].to = follow(entries[i].to, from, to);
    }
}

static void take_back_name(Entry *one) {
    char gone[PATH_MAX + 32];
    snprintf(gone, sizeof gone, "%s/gone-%d", aside, saved_n++);
    if (one->kind == 'c') REAL(rename)(one->path, gone);
    if (one->kind == 'm' && !REAL(rename)(one->to, one->path)) renamed(one - entries, one->to, one->path);
    if (one->saved) REAL(rename)(one->saved, one->kind == 'm' ? one->to : one->path);
    else if (one->kind == 'u') REAL(mkdir)(one->path, 0700);
}

static void cut_power(void) {
    int kept = mode == POWER ? 0 : (int)throw(entries_n + 1);
    for (int i = entries_n - 1; i >= 0; i--) {
        Entry *one = &entries[i];
        if (one->synced) continue;
        if (is_data(one)) take_back_data(one);
        else if (i >= kept) take_back_name(one);
    }
}

/* Called before each call that changes something: 1 when it is to fail. */
static int due(char kind) {
    if ((kind == 'p') != reads) return 0;
    if (calls < MOST - 1) trace[calls] = kind;
    if (++calls != when && !(mode == FAIL_ON && calls > when)) return 0;
    if (mode == FAIL || mode == FAIL_ON) { errno = failure; return 1; }
    if (mode == POWER || mode == TORN) cut_power();
    if (mode != COUNT) { kill(getpid(), SIGKILL); for (;;) pause(); }
    return 0;
}

static Entry *entry(char kind, const char *path) {
    if (entries_n == MOST) abort();
    Entry *one = &entries[entries_n++];
    memset(one, 0, sizeof *one);
    one->kind = kind, one->path = strdup(path);
    return one;
}

static void before_data(char kind, int fd, const char *path, off_t offset, size_t n) {
    struct stat now;
    char link[64];
    if (fstat(fd, &now)) return;
    Entry *one = entry(kind, path);
    one->dev = now.st_dev, one->ino = now.st_ino, one->offset = offset, one->size = now.st_size, one->fd = -1;
    for (int i = entries_n - 2; i >= 0 && one->fd < 0; i--)
        if (is_data(&entries[i]) && entries[i].ino == now.st_ino && entries[i].dev == now.st_dev)
            one->fd = entries[i].fd;
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    if (one->fd < 0) one->fd = REAL(open)(link, O_RDWR | O_CLOEXEC);  /* never closed: that would drop SQLite's locks */
    one->old = calloc(n + 1, 1);
    one->had = REAL(pread)(one->fd, one->old, n, offset);
    one->n = kind == 't' ? one->had : (ssize_t)n;
}

static char *save(const char *path) {
    char to[PATH_MAX + 32];
    snprintf(to, sizeof to, "%s/saved-%d", aside, saved_n++);
    return link(path, to) ? NULL : strdup(to);
}

static void synced(int fd) {
    struct stat now;
    char path[PATH_MAX], folder[PATH_MAX];
    if (!watched(fd, path) || fstat(fd, &now)) return;
    for (int i = 0; i < entries_n; i++) {
        Entry *one = &entries[i];
        if (is_data(one)) {
            if (one->ino == now.st_ino && one->dev == now.st_dev) one->synced = 1;
        } else if (S_ISDIR(now.st_mode)) {
            folder_of(one->to ? one->to : one->path, folder);
            if (!strcmp(folder, path)) one->synced = 1;
        }
    }
}

void shim_arm(const char *folder, const char *scratch, int how, int at, int error, unsigned throws) {
    snprintf(root, sizeof root, "%s", folder);
    snprintf(aside, sizeof aside, "%s", scratch);
    calls = entries_n = 0, when = at, failure = error, seed = throws, reads = how >= 10, mode = how % 10;
}

const char *shim_trace(void) { trace[calls] = 0; return trace; }

/* What is not on the disk yet, a kind of entry and a path a line. */
const char *shim_unsynced(void) {
    static char told[MOST];
    size_t n = 0;
    told[0] = 0;
    for (int i = 0; i < entries_n && n < sizeof told - PATH_MAX; i++) {
        const Entry *one = &entries[i];
        char path[PATH_MAX];
        snprintf(path, sizeof path, "%s", one->to ? one->to : one->path);
        if (!one->synced && (!is_data(one) || watched(one->fd, path)) && !strstr(path, " (deleted)"))
            n += snprintf(told + n, sizeof told - n, "%c %s\n", one->kind, path);
    }
    return told;
}

#define HELD(...) do { pthread_mutex_lock(&lock); __VA_ARGS__; pthread_mutex_unlock(&lock); } while (0)

#define WRITING(fd, offset, n, call) \
    char path[PATH_MAX]; \
    if (!watched(fd, path)) return call; \
    ssize_t done = -1; \
    HELD(if (!due('w')) { before_data('d', fd, path, offset, n); done = call; }); \
    return done;

static off_t here(int fd) {
    return fcntl(fd, F_GETFL) & O_APPEND ? lseek(fd, 0, SEEK_END) : lseek(fd, 0, SEEK_CUR);
}

ssize_t write(int fd, const void *data, size_t n) { WRITING(fd, here(fd), n, REAL(write)(fd, data, n)) }
ssize_t pwrite(int fd, const void *data, size_t n, off_t at) { WRITING(fd, at, n, REAL(pwrite)(fd, data, n, at)) }
ssize_t pwrite64(int fd, const void *data, size_t n, off64_t at) { WRITING(fd, at, n, REAL(pwrite)(fd, data, n, at)) }
ssize_t sendfile(int fd, int from, off_t *at, size_t n) {
    struct stat source;
    size_t most = mode >= 0 && !fstat(from, &source) && (size_t)source.st_size < n ? (size_t)source.st_size : n;
    WRITING(fd, here(fd), most, REAL(sendfile)(fd, from, at, n))
}
ssize_t sendfile64(int fd, int from, off64_t *at, size_t n) { return sendfile(fd, from, at, n); }

int ftruncate(int fd, off_t size) {
    char path[PATH_MAX];
    struct stat now;
    if (!watched(fd, path)) return REAL(ftruncate)(fd, size);
    int done = -1;
    HELD(if (!due('t')) {
        if (!fstat(fd, &now)) before_data('t', fd, path, size, now.st_size > size ? now.st_size - size : 0);
        done = REAL(ftruncate)(fd, size);
    });
    return done;
}
int ftruncate64(int fd, off64_t size) { return ftruncate(fd, size); }

#define READING(call) \
    char path[PATH_MAX]; \
    if (!reads || !watched(fd, path)) return call; \
    ssize_t done = -1; \
    HELD(if (!due('p')) done = call); \
    return done;

ssize_t read(int fd, void *data, size_t n) { READING(REAL(read)(fd, data, n)) }
ssize_t pread(int fd, void *data, size_t n, off_t at) { READING(REAL(pread)(fd, data, n, at)) }
ssize_t pread64(int fd, void *data, size_t n, off64_t at) { READING(REAL(pread)(fd, data, n, at)) }

#define SYNCING(name) \
int name(int fd) { \
    char path[PATH_MAX]; \
    if (!watched(fd, path)) return REAL(name)(fd); \
    int done = -1; \
    HELD(if (!due('s')) { done = REAL(name)(fd); synced(fd); }); \
    return done; \
}
SYNCING(fsync)
SYNCING(fdatasync)

int openat(int dir, const char *name, int flags, ...) {
    char out[PATH_MAX];
    struct stat now;
    va_list more;
    va_start(more, flags);
    mode_t rights = flags & (O_CREAT | O_TMPFILE) ? va_arg(more, mode_t) : 0;
    va_end(more);
    if (mode < 0 || !(flags & (O_CREAT | O_TRUNC))) return REAL(openat)(dir, name, flags, rights);
    const char *path = full(dir, name, out);
    if (!below(path)) return REAL(openat)(dir, name, flags, rights);
    int there = !lstat(path, &now), done = -1, old;
    if (there && !(flags & O_TRUNC)) return REAL(openat)(dir, name, flags, rights);
    HELD(if (!due('o')) {
        if (!there) entry('c', path);
        else if ((old = REAL(openat)(AT_FDCWD, path, O_RDONLY | O_CLOEXEC)) >= 0) before_data('t', old, path, 0, now.st_size);
        done = REAL(openat)(dir, name, flags, rights);
        if (done < 0 && !there) entries_n--;
    });
    return done;
}
#define OPENING(name) \
int name(const char *path, int flags, ...) { \
    va_list more; \
    va_start(more, flags); \
    mode_t rights = flags & (O_CREAT | O_TMPFILE) ? va_arg(more, mode_t) : 0; \
    va_end(more); \
    return openat(AT_FDCWD, path, flags, rights); \
}
OPENING(open)
OPENING(open64)
int openat64(int dir, const char *path, int flags, ...) {
    va_list more;
    va_start(more, flags);
    mode_t rights = flags & (O_CREAT | O_TMPFILE) ? va_arg(more, mode_t) : 0;
    va_end(more);
    return openat(dir, path, flags, rights);
}

int renameat(int from_dir, const char *from, int to_dir, const char *to) {
    char out[PATH_MAX], other[PATH_MAX];
    const char *a = full(from_dir, from, out), *b = full(to_dir, to, other);
    if (!below(b)) return REAL(renameat)(from_dir, from, to_dir, to);
    int done = -1;
    HELD(if (!due('r')) {
        char *old = save(b);
        done = REAL(renameat)(from_dir, from, to_dir, to);
        if (!done) {
            renamed(entries_n, a, b);
            Entry *one = entry('m', a);
            one->to = strdup(b), one->saved = old;
        }
    });
    return done;
}
int rename(const char *from, const char *to) { return renameat(AT_FDCWD, from, AT_FDCWD, to); }

int unlinkat(int dir, const char *name, int flags) {
    char out[PATH_MAX];
    struct stat now;
    const char *path = full(dir, name, out);
    if (!below(path) || lstat(path, &now)) return REAL(unlinkat)(dir, name, flags);
    int done = -1;
    HELD(if (!due('u')) {
        char *old = flags & AT_REMOVEDIR ? NULL : save(path);
        done = REAL(unlinkat)(dir, name, flags);
        if (!done) entry('u', path)->saved = old;
    });
    return done;
}
int unlink(const char *path) { return unlinkat(AT_FDCWD, path, 0); }
int rmdir(const char *path) { return unlinkat(AT_FDCWD, path, AT_REMOVEDIR); }

int mkdir(const char *name, mode_t rights) {
    char out[PATH_MAX];
    const char *path = full(AT_FDCWD, name, out);
    if (!below(path)) return REAL(mkdir)(name, rights);
    int done = -1;
    HELD(if (!due('m')) { done = REAL(mkdir)(name, rights); if (!done) entry('c', path); });
    return done;
}
