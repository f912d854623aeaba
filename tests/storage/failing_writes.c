/* Lets the n-th write to a folder fail: loaded before a program, armed from inside it. For tests only.

   Counted are the calls that change files: open for writing, write, pwrite, fsync, fdatasync, ftruncate, rename,
   unlink, mkdir. What lies outside the folder is passed on uncounted. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <unistd.h>

static char folder[4096];
static int armed, counted, failing, error_code, sticky;

void fault_arm(const char *path, int nth, int code, int stays) {
    snprintf(folder, sizeof folder, "%s", path);
    counted = 0;
    failing = nth;
    error_code = code;
    sticky = stays;
    armed = 1;
}

int fault_disarm(void) {
    armed = 0;
    return counted;
}

static int inside(const char *path) { return armed && path && strncmp(path, folder, strlen(folder)) == 0; }

static int inside_descriptor(int descriptor) {
    char link[64], path[4096];
    ssize_t length;
    if (!armed) return 0;
    snprintf(link, sizeof link, "/proc/self/fd/%d", descriptor);
    length = readlink(link, path, sizeof path - 1);
    if (length < 0) return 0;
    path[length] = 0;
    return inside(path);
}

static int fails(void) {
    counted++;
    if (failing && (counted == failing || (sticky && counted > failing))) {
        errno = error_code;
        return 1;
    }
    return 0;
}

#define NEXT(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

ssize_t write(int fd, const void *data, size_t size) {
    return inside_descriptor(fd) && fails() ? -1 : NEXT(write)(fd, data, size);
}
ssize_t pwrite(int fd, const void *data, size_t size, off_t at) {
    return inside_descriptor(fd) && fails() ? -1 : NEXT(pwrite)(fd, data, size, at);
}
ssize_t pwrite64(int fd, const void *data, size_t size, off64_t at) {
    return inside_descriptor(fd) && fails() ? -1 : NEXT(pwrite64)(fd, data, size, at);
}
int fsync(int fd) { return inside_descriptor(fd) && fails() ? -1 : NEXT(fsync)(fd); }
int fdatasync(int fd) { return inside_descriptor(fd) && fails() ? -1 : NEXT(fdatasync)(fd); }
int ftruncate(int fd, off_t size) { return inside_descriptor(fd) && fails() ? -1 : NEXT(ftruncate)(fd, size); }
int ftruncate64(int fd, off64_t size) { return inside_descriptor(fd) && fails() ? -1 : NEXT(ftruncate64)(fd, size); }
int rename(const char *from, const char *to) { return inside(to) && fails() ? -1 : NEXT(rename)(from, to); }
int unlink(const char *path) { return inside(path) && fails() ? -1 : NEXT(unlink)(path); }
int mkdir(const char *path, mode_t mode) { return inside(path) && fails() ? -1 : NEXT(mkdir)(path, mode); }

static int opens_for_writing(const char *path, int flags) {
    return inside(path) && (flags & (O_WRONLY | O_RDWR | O_CREAT)) && fails();
}
#define OPENS(name)                                                      \
    int name(const char *path, int flags, ...) {                         \
        mode_t mode = 0;                                                 \
        if (flags & O_CREAT) {                                           \
            va_list rest;                                                \
            va_start(rest, flags);                                       \
            mode = va_arg(rest, mode_t);                                 \
            va_end(rest);                                                \
        }                                                                \
        return opens_for_writing(path, flags) ? -1 : NEXT(name)(path, flags, mode); \
    }
OPENS(open)
OPENS(open64)
