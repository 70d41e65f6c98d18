/* What a program sees of the world, changed from outside while it runs: a disk that fails and a clock that is moved.
 *
 * Preloaded into the program under test. Which calls fail, with what error, and how far the clock is off stand in a
 * small file that the test writes and this library maps: see tests/serving/world.rs. Only files under WORLD_UNDER fail. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

enum { WRITES = 1, SYNCS = 2, NAMES = 4 };

struct world {
    int32_t kinds, error, nth, for_ever, calls, fired;
    int64_t clock;
};

static volatile struct world *world;
static const char *under;

__attribute__((constructor)) static void begin(void) {
    const char *path = getenv("WORLD_CONTROL");
    under = getenv("WORLD_UNDER");
    int fd = path ? open(path, O_RDWR | O_CLOEXEC) : -1;
    if (fd < 0) return;
    void *at = mmap(NULL, sizeof *world, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    close(fd);
    if (at != MAP_FAILED) world = at;
}

static int counts(void) {
    int n = __sync_add_and_fetch(&world->calls, 1);
    if (n != world->nth && !(world->for_ever && n > world->nth)) return 0;
    __sync_add_and_fetch(&world->fired, 1);
    errno = world->error;
    return 1;
}

static int inside(const char *path) {
    return under && path && strncmp(path, under, strlen(under)) == 0;
}

static int fails_at(int kind, const char *path) {
    return world && (world->kinds & kind) && inside(path) && counts();
}

static int fails_on(int kind, int fd) {
    if (!world || !(world->kinds & kind)) return 0;
    char link[64], path[PATH_MAX];
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t length = readlink(link, path, sizeof path - 1);
    if (length <= 0) return 0;
    path[length] = 0;
    return inside(path) && counts();
}

#define REAL(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

ssize_t write(int fd, const void *data, size_t size) { return fails_on(WRITES, fd) ? -1 : REAL(write)(fd, data, size); }
ssize_t pwrite(int fd, const void *data, size_t size, off_t at) { return fails_on(WRITES, fd) ? -1 : REAL(pwrite)(fd, data, size, at); }
ssize_t pwrite64(int fd, const void *data, size_t size, off64_t at) { return fails_on(WRITES, fd) ? -1 : REAL(pwrite64)(fd, data, size, at); }
ssize_t pwritev(int fd, const struct iovec *data, int count, off_t at) { return fails_on(WRITES, fd) ? -1 : REAL(pwritev)(fd, data, count, at); }
ssize_t pwritev64(int fd, const struct iovec *data, int count, off64_t at) { return fails_on(WRITES, fd) ? -1 : REAL(pwritev64)(fd, data, count, at); }
int ftruncate(int fd, off_t size) { return fails_on(WRITES, fd) ? -1 : REAL(ftruncate)(fd, size); }
int ftruncate64(int fd, off64_t size) { return fails_on(WRITES, fd) ? -1 : REAL(ftruncate64)(fd, size); }
int posix_fallocate(int fd, off_t at, off_t size) { return fails_on(WRITES, fd) ? errno : REAL(posix_fallocate)(fd, at, size); }
int posix_fallocate64(int fd, off64_t at, off64_t size) { return fails_on(WRITES, fd) ? errno : REAL(posix_fallocate64)(fd, at, size); }
int fsync(int fd) { return fails_on(SYNCS, fd) ? -1 : REAL(fsync)(fd); }
int fdatasync(int fd) { return fails_on(SYNCS, fd) ? -1 : REAL(fdatasync)(fd); }
int mkdir(const char *path, mode_t mode) { return fails_at(NAMES, path) ? -1 : REAL(mkdir)(path, mode); }
int rename(const char *from, const char *to) { return fails_at(NAMES, to) ? -1 : REAL(rename)(from, to); }

static int opened(const char *name, const char *path, int flags, mode_t mode) {
    if ((flags & O_CREAT) && fails_at(NAMES, path)) return -1;
    int (*real)(const char *, int, ...) = dlsym(RTLD_NEXT, name);
    return real(path, flags, mode);
}

int open(const char *path, int flags, ...) {
    va_list more;
    va_start(more, flags);
    mode_t mode = (flags & (O_CREAT | O_TMPFILE)) ? va_arg(more, mode_t) : 0;
    va_end(more);
    return opened("open", path, flags, mode);
}

int open64(const char *path, int flags, ...) {
    va_list more;
    va_start(more, flags);
    mode_t mode = (flags & (O_CREAT | O_TMPFILE)) ? va_arg(more, mode_t) : 0;
    va_end(more);
    return opened("open64", path, flags, mode);
}

int clock_gettime(clockid_t which, struct timespec *now) {
    int result = REAL(clock_gettime)(which, now);
    if (result == 0 && world && which == CLOCK_REALTIME) now->tv_sec += world->clock;
    return result;
}
