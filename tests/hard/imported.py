"""What the programs of the trials import, imported once: each trial is a fork of this process, and so a cheap one.

Nothing here starts a thread, which a fork would lose.
"""

import lite_transformer_tf.branches.convolution
import lite_transformer_tf.branches.ssru
import lite_transformer_tf.bundle.archive
import lite_transformer_tf.cells.evolved_decoder
import lite_transformer_tf.cells.evolved_encoder
import lite_transformer_tf.cells.post_norm
import lite_transformer_tf.cells.pre_norm
import lite_transformer_tf.cli.main
import lite_transformer_tf.cli.programs
import lite_transformer_tf.data.files
import lite_transformer_tf.decoding.line_by_line
import lite_transformer_tf.decoding.translator
import lite_transformer_tf.litert.runtime.open
import lite_transformer_tf.restoring.bundles
import lite_transformer_tf.tasks.registry
import lite_transformer_tf.tasks.stored_model  # noqa: F401
