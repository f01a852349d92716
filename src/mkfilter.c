/* mkfilter.c - write the filters of system calls as tables of C, for the sandbox: at build time, so
 * that the program neither loads libseccomp nor computes what never changes.
 *
 * Three filters.  "reader" is a list of what a program that reads mail needs; anything else is
 * answered as a kernel would that has never heard of it (ENOSYS), because C libraries know how to
 * do without, and what would be an attack (programs, connections) is refused (EPERM).  "worker" is
 * laid upon that in worker processes, which only compute.  "online" is for who must speak to
 * servers, with libraries of which nobody knows what they will need tomorrow: a list of what they
 * surely never do.
 *
 * Names are those of all architectures; what one does not have, or this libseccomp does not know
 * yet, is passed over.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/filter.h>
#include <linux/prctl.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <seccomp.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

/* Arguments that may be looked at are numbers, never pointers: somebody else could change what is
 * behind those. */
#define LENGTH(array) (sizeof (array) / sizeof (array)[0])

/* Which argument of clone holds its flags. */
#ifdef __s390__
#define CLONE_FLAGS 1
#else
#define CLONE_FLAGS 0
#endif

/* The program looks whether something is a terminal in one of two ways, and how wide it is. */
#define ASKS_TERMINAL 0x802c542aU       /* TCGETS2, of most architectures */

/* --- reader: what is allowed --- */

static const char *const reader[] = {
    /* memory; mmap and mprotect: below */
    "brk", "munmap", "mremap", "madvise",

    /* files that are open */
    "read", "readv", "pread64", "preadv", "write", "writev", "pwrite64", "pwritev",
    "lseek", "_llseek", "close", "close_range", "dup", "dup2", "dup3", "fcntl", "fcntl64",
    "fsync", "fdatasync", "ftruncate", "ftruncate64", "fallocate", "fadvise64", "fadvise64_64",
    "arm_fadvise64_64", "flock", "fchmod", "fchown", "fchown32", "getdents", "getdents64",
    "poll", "ppoll", "ppoll_time64", "select", "_newselect", "pselect6", "pselect6_time64",
    "pipe", "pipe2", "eventfd2",

    /* files by name: which ones, Landlock says */
    "open", "openat", "stat", "stat64", "lstat", "lstat64", "fstat", "fstat64", "newfstatat",
    "fstatat64", "statx", "statfs", "statfs64", "fstatfs", "fstatfs64", "access", "faccessat",
    "faccessat2", "readlink", "readlinkat", "getcwd", "umask",

    /* history and spool */
    "mkdir", "mkdirat", "rmdir", "unlink", "unlinkat", "rename", "renameat", "renameat2", "link",
    "linkat", "utimensat", "utimensat_time64", "futimesat", "chmod", "fchmodat",

    /* workers, and threads of libraries; clone: below */
    "fork", "vfork", "wait4", "waitpid", "waitid", "exit", "exit_group", "futex", "futex_time64",
    "set_robust_list", "rseq", "set_tid_address", "sched_yield", "sched_getaffinity",
    "membarrier", "restart_syscall",

    /* signals; a fault must be one that others see */
    "rt_sigaction", "rt_sigprocmask", "rt_sigreturn", "rt_sigpending", "rt_sigtimedwait",
    "rt_sigtimedwait_time64", "sigreturn", "sigaction", "sigprocmask", "sigaltstack", "tgkill",
    "tkill",

    /* the state of this process, and of the machine */
    "getpid", "getppid", "gettid", "getuid", "getuid32", "geteuid", "geteuid32", "getgid",
    "getgid32", "getegid", "getegid32", "getresuid", "getresuid32", "getresgid", "getresgid32",
    "getpgrp", "getpgid", "getsid", "getrlimit", "ugetrlimit", "getrusage", "times", "sysinfo",
    "uname", "getcpu", "arch_prctl", "set_thread_area", "get_thread_area", "set_tls",
    "cacheflush", "riscv_flush_icache", "getrandom",

    /* the clock */
    "clock_gettime", "clock_gettime64", "clock_getres", "clock_getres_time64", "gettimeofday",
    "time", "nanosleep", "clock_nanosleep", "clock_nanosleep_time64", "alarm", "setitimer",

    /* sockets that are open: workers, and the log; sendto, socketpair: below */
    "send", "recv", "recvfrom", "getsockopt", "getsockname", "getpeername", "shutdown",

    /* to give up more */
    "landlock_create_ruleset", "landlock_add_rule", "landlock_restrict_self", "seccomp",
};

/* Refused by name, with EPERM: a program that tries is told that it may not. */
static const char *const reader_refused[] = {
    "execve", "execveat",
    "socket", "connect", "bind", "listen", "accept", "accept4", "ptrace",
};

/* --- worker: what is refused besides --- */

static const char *const worker_refused[] = {
    /* files are read, if at all; open: below */
    "creat", "openat2", "mkdir", "mkdirat", "rmdir", "unlink", "unlinkat", "rename", "renameat",
    "renameat2", "link", "linkat", "utimensat", "utimensat_time64", "futimesat", "chmod",
    "fchmodat", "fchmod", "fchown", "fchown32", "ftruncate", "ftruncate64", "fallocate", "fsync",
    "fdatasync", "flock", "pwrite64", "pwritev",
    /* no processes, no sockets */
    "fork", "vfork", "clone", "clone3", "socketpair", "pipe", "pipe2",
};

/* --- online: what is refused --- */

static const char *const online_refused[] = {
    "execve", "execveat",
    /* it asks servers, and is none */
    "listen", "accept", "accept4",
    /* other processes */
    "ptrace", "process_vm_readv", "process_vm_writev", "process_madvise", "pidfd_getfd", "kcmp",
    /* rights, keys, name spaces, mounts */
    "setuid", "setuid32", "setgid", "setgid32", "setreuid", "setreuid32", "setregid",
    "setregid32", "setresuid", "setresuid32", "setresgid", "setresgid32", "setgroups",
    "setgroups32", "setfsuid", "setfsuid32", "setfsgid", "setfsgid32", "capset", "keyctl",
    "add_key", "request_key", "setns", "unshare", "mount", "umount", "umount2", "pivot_root",
    "chroot", "fsopen", "fsmount", "fsconfig", "fspick", "move_mount", "open_tree",
    "mount_setattr", "open_by_handle_at", "name_to_handle_at",
    /* what only administers a machine, or was often the way into a kernel */
    "bpf", "perf_event_open", "userfaultfd", "io_uring_setup", "io_uring_enter",
    "io_uring_register", "init_module", "finit_module", "delete_module", "kexec_load",
    "kexec_file_load", "reboot", "swapon", "swapoff", "acct", "quotactl", "syslog", "settimeofday",
    "clock_settime", "clock_settime64", "clock_adjtime", "adjtimex", "sethostname",
    "setdomainname", "ioperm", "iopl", "modify_ldt", "personality", "uselib", "vmsplice",
    "mknod", "mknodat",
};

/* --- making them --- */

static void
fail (const char *what, int reason)
{
    errno = reason < 0 ? -reason : reason;
    perror (what);
    exit (EXIT_FAILURE);
}

/* Add ACTION for NAME where its arguments fit the N COMPARISONS. */
static void
add (scmp_filter_ctx filter, uint32_t action, const char *name, unsigned int n,
     const struct scmp_arg_cmp *comparisons)
{
    int number = seccomp_syscall_resolve_name (name), reason;

    if (number == __NR_SCMP_ERROR)
        return;
    reason = seccomp_rule_add_array (filter, action, number, n, comparisons);
    if (reason && number >= 0)          /* a negative one is of another architecture */
        fail (name, reason);
}

static void
add_all (scmp_filter_ctx filter, uint32_t action, const char *const *names, size_t n)
{
    for (size_t i = 0; i < n; i++)
        add (filter, action, names[i], 0, NULL);
}

/* The same where one argument has one of VALUES, in the bits of MASK. */
static void
add_where (scmp_filter_ctx filter, uint32_t action, const char *name, unsigned int argument,
           scmp_datum_t mask, scmp_datum_t value)
{
    const struct scmp_arg_cmp comparison = SCMP_CMP (argument, SCMP_CMP_MASKED_EQ, mask, value);

    add (filter, action, name, 1, &comparison);
}

#define ALL_BITS 0xffffffffU

/* Memory is never made executable that can be written, or could be: but where expressions are
 * compiled, whose code lies in memory that belongs to no file. */
static void
allow_memory (scmp_filter_ctx filter)
{
    static const char *const names[] = { "mmap", "mmap2" };
    const struct scmp_arg_cmp compiled[] = {
        SCMP_CMP (2, SCMP_CMP_MASKED_EQ, PROT_WRITE | PROT_EXEC, PROT_WRITE | PROT_EXEC),
        SCMP_CMP (3, SCMP_CMP_MASKED_EQ, MAP_ANONYMOUS | MAP_PRIVATE, MAP_ANONYMOUS | MAP_PRIVATE),
    };

    add_where (filter, SCMP_ACT_ALLOW, "mprotect", 2, PROT_EXEC, 0);
    for (size_t i = 0; i < LENGTH (names); i++) {
        if (MODORI_JIT)
            add (filter, SCMP_ACT_ALLOW, names[i], LENGTH (compiled), compiled);
        add_where (filter, SCMP_ACT_ALLOW, names[i], 2, PROT_EXEC, 0);
        add_where (filter, SCMP_ACT_ALLOW, names[i], 2, PROT_WRITE | PROT_EXEC, PROT_EXEC);
    }
}

static void
allow_questions (scmp_filter_ctx filter)
{
    static const scmp_datum_t requests[] = { TCGETS, ASKS_TERMINAL, TIOCGWINSZ, FIONREAD };
    static const scmp_datum_t options[] = { PR_SET_NAME, PR_GET_NAME, PR_SET_NO_NEW_PRIVS,
                                            PR_GET_NO_NEW_PRIVS, PR_SET_SECCOMP, PR_GET_DUMPABLE,
                                            PR_SET_VMA };

    for (size_t i = 0; i < LENGTH (requests); i++)
        add_where (filter, SCMP_ACT_ALLOW, "ioctl", 1, ALL_BITS, requests[i]);
    for (size_t i = 0; i < LENGTH (options); i++)
        add_where (filter, SCMP_ACT_ALLOW, "prctl", 0, ALL_BITS, options[i]);
    add_where (filter, SCMP_ACT_ALLOW, "prlimit64", 0, ALL_BITS, 0);     /* of this process */
}

#define NAMESPACES (CLONE_NEWNS | CLONE_NEWUTS | CLONE_NEWIPC | CLONE_NEWUSER | CLONE_NEWPID | \
                    CLONE_NEWNET | CLONE_NEWCGROUP)

static void
make_reader (scmp_filter_ctx filter)
{
    const struct scmp_arg_cmp connected = SCMP_CMP (4, SCMP_CMP_EQ, 0, 0);

    add_all (filter, SCMP_ACT_ALLOW, reader, LENGTH (reader));
    add_all (filter, SCMP_ACT_ERRNO (EPERM), reader_refused, LENGTH (reader_refused));
    allow_memory (filter);
    allow_questions (filter);
    add_where (filter, SCMP_ACT_ALLOW, "clone", CLONE_FLAGS, NAMESPACES, 0);
    add_where (filter, SCMP_ACT_ALLOW, "socketpair", 0, ALL_BITS, AF_UNIX);
    /* to whom the socket is connected, and to nobody else */
    add (filter, SCMP_ACT_ALLOW, "sendto", 1, &connected);
}

static void
make_worker (scmp_filter_ctx filter)
{
    static const int writing[] = { O_WRONLY, O_RDWR, O_CREAT, O_TRUNC };

    add_all (filter, SCMP_ACT_ERRNO (EPERM), worker_refused, LENGTH (worker_refused));
    for (size_t i = 0; i < LENGTH (writing); i++) {
        add_where (filter, SCMP_ACT_ERRNO (EPERM), "open", 1, (scmp_datum_t) writing[i],
                   (scmp_datum_t) writing[i]);
        add_where (filter, SCMP_ACT_ERRNO (EPERM), "openat", 2, (scmp_datum_t) writing[i],
                   (scmp_datum_t) writing[i]);
    }
}

static void
make_online (scmp_filter_ctx filter)
{
    static const scmp_datum_t requests[] = { TIOCSTI, TIOCLINUX };

    add_all (filter, SCMP_ACT_ERRNO (EPERM), online_refused, LENGTH (online_refused));
    for (size_t i = 0; i < LENGTH (requests); i++)
        add_where (filter, SCMP_ACT_ERRNO (EPERM), "ioctl", 1, ALL_BITS, requests[i]);
}

/* --- writing them --- */

static void
print (scmp_filter_ctx filter, const char *name)
{
    FILE *file = tmpfile ();
    struct sock_filter step;
    int reason = file ? seccomp_export_bpf (filter, fileno (file)) : errno;

    if (reason)
        fail (name, reason);
    rewind (file);
    printf ("static const struct sock_filter filter_%s[] = {\n", name);
    while (fread (&step, sizeof step, 1, file) == 1)
        printf ("    { 0x%02x, %u, %u, 0x%08x },\n", step.code, step.jt, step.jf, step.k);
    printf ("};\n");
    fclose (file);
}

static void
make (const char *name, uint32_t otherwise, void (*fill) (scmp_filter_ctx))
{
    scmp_filter_ctx filter = seccomp_init (otherwise);

    if (! filter)
        fail (name, ENOMEM);
    /* calls of an other architecture than this one (32 bits on 64) have no business here */
    seccomp_attr_set (filter, SCMP_FLTATR_ACT_BADARCH, SCMP_ACT_KILL_PROCESS);
    seccomp_attr_set (filter, SCMP_FLTATR_CTL_OPTIMIZE, 2);     /* a tree, where it knows how */
    fill (filter);
    print (filter, name);
    seccomp_release (filter);
}

int
main (void)
{
    printf ("/* Made by mkfilter.c. */\n");
    make ("reader", SCMP_ACT_ERRNO (ENOSYS), make_reader);
    make ("worker", SCMP_ACT_ALLOW, make_worker);
    make ("online", SCMP_ACT_ALLOW, make_online);
    return fflush (stdout) == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
