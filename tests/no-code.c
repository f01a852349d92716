/* no-code.c - run a program that can make no code, as systemd's MemoryDenyWriteExecute does it: for sandbox.t.
 *
 * "no-code mdwe COMMAND..." asks the kernel (6.3 and later, as systemd does it today), "no-code filter COMMAND..." lays a filter
 * upon system calls (as it did before, and does on older kernels).  Ends in 77 where the kernel has no such thing.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#include <seccomp.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <unistd.h>

#ifndef PR_SET_MDWE
#define PR_SET_MDWE 65
#define PR_MDWE_REFUSE_EXEC_GAIN 1
#endif

#define SKIP 77

/* Refuse NAME where ARGUMENT has all BITS. */
static int
refuse (scmp_filter_ctx filter, const char *name, unsigned argument, scmp_datum_t bits)
{
    const struct scmp_arg_cmp has = SCMP_CMP (argument, SCMP_CMP_MASKED_EQ, bits, bits);
    int number = seccomp_syscall_resolve_name (name);

    return number == __NR_SCMP_ERROR || seccomp_rule_add_array (filter, SCMP_ACT_ERRNO (1), number, 1, &has) == 0 || number < 0;
}

static int
lay_filter (void)
{
    scmp_filter_ctx filter = seccomp_init (SCMP_ACT_ALLOW);

    return filter && refuse (filter, "mmap", 2, PROT_WRITE | PROT_EXEC) && refuse (filter, "mmap2", 2, PROT_WRITE | PROT_EXEC)
        && refuse (filter, "mprotect", 2, PROT_EXEC) && refuse (filter, "pkey_mprotect", 2, PROT_EXEC)
        && seccomp_load (filter) == 0;
}

int
main (int argc, char **argv)
{
    if (argc < 3)
        return 64;
    if (strcmp (argv[1], "mdwe") == 0 ? prctl (PR_SET_MDWE, PR_MDWE_REFUSE_EXEC_GAIN, 0, 0, 0) != 0 : ! lay_filter ())
        return SKIP;
    execvp (argv[2], argv + 2);
    perror (argv[2]);
    return 1;
}
