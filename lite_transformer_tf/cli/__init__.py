"""The console command `lite-transformer`; `python -m train` and `python -m export` are doors to the same programs."""
