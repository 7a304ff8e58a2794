"""Where every program meets its user: one line for an error, its exit code, Ctrl-C, and closed or broken pipes.

`guarded` runs a program; docs/exit_codes.md has the codes. Nothing here imports another library, so that a program is
guarded before its own imports begin.
"""
