"""The one reader of each format of documents: JSON, JSON lines and YAML, from texts and from files.

Whatever a text contains, what comes out is plain values within stated limits (bytes, depth, entries) or one
`DocumentError`, which says what is wrong and where. Nothing here imports another part of the package but
`files` and `limits`.
"""
