"""The command line `lite-transformer`: translate, summarize, evaluate, complete, profile; `python -m train` has the same commands."""
