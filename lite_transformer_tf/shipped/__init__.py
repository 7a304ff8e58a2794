"""The models that the package holds: what they are, where they lie, and how a name becomes a path.

The bundles themselves are `pretrained/models/NAME.ltpk`, beside the file with their facts.
"""
