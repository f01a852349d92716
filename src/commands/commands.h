/* commands.h - the commands: each reads its options, works, and gives an exit status (sysexits.h).
 *
 * argv[0] is the name of the command.  The table of them is in main.c.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#ifndef MODORI_COMMANDS_COMMANDS_H
#define MODORI_COMMANDS_COMMANDS_H

int modori_cmd_scan (int argc, char **argv);
int modori_cmd_explain (int argc, char **argv);
int modori_cmd_check (int argc, char **argv);
int modori_cmd_rules (int argc, char **argv);
int modori_cmd_record (int argc, char **argv);
int modori_cmd_report (int argc, char **argv);
int modori_cmd_suppress (int argc, char **argv);
int modori_cmd_history (int argc, char **argv);

#endif
