package dev.litetransformer.text

/** What a piece is; the numbers are those of the file. */
internal enum class PieceType(val code: Int) { NORMAL(1), UNKNOWN(2), CONTROL(3), BYTE(6) }

internal class Piece(val text: String, val score: Float, val type: PieceType)

/** The names of the pieces of bytes, in the order of the bytes. */
internal val BYTE_NAMES: Map<String, Int> = (0..255).associateBy { "<0x%02X>".format(java.util.Locale.ROOT, it) }

/**
 * The contents of a SentencePiece `.model` file that follows the conventions of docs/text.md.
 *
 * @property pieces in the order of their ids.
 * @property bytePieces id of the piece of each byte.
 * @property schema how texts are normalised.
 */
internal class SentencePieceModel private constructor(
    val pieces: List<Piece>,
    val isBpe: Boolean,
    val bytePieces: IntArray,
    val schema: TextSchema,
) {
    companion object {
        /** @throws VocabularyException no such file, or one of other conventions. */
        fun read(bytes: ByteArray): SentencePieceModel {
            val proto = ModelProto(ProtobufReader(bytes))
            val schema = TextSchema.ofRule(proto.normalizerName)
            proto.check(schema)
            val pieces = proto.pieces.map { (text, score, code) -> Piece(text, score, PieceType.entries.first { it.code == code }) }
            return SentencePieceModel(pieces, proto.modelType == ModelProto.BPE, bytePieces(pieces), checkNotNull(schema))
        }

        private fun bytePieces(pieces: List<Piece>): IntArray {
            val ids = IntArray(256) { -1 }
            pieces.forEachIndexed { id, piece -> if (piece.type == PieceType.BYTE) ids[BYTE_NAMES.getValue(piece.text)] = id }
            return ids
        }

        /** The conventions of docs/text.md, in the order in which Python checks them. */
        private fun ModelProto.check(schema: TextSchema?) {
            require(pieces.isNotEmpty(), "it must hold pieces", "none")
            require(modelType == ModelProto.UNIGRAM || modelType == ModelProto.BPE, "its kind must be unigram or BPE", modelType)
            require(specialIds.contentEquals(intArrayOf(0, 1, 2, 3)), "its special ids must be bos 0, pad 1, eos 2, unk 3", specialIds.toList())
            val first = pieces.take(4).map { it.type }
            val special = listOf(PieceType.CONTROL, PieceType.CONTROL, PieceType.CONTROL, PieceType.UNKNOWN).map { it.code }
            require(first == special, "its first four pieces must be the special ones", pieces.take(4).map { it.text })
            val bytes = pieces.filter { it.type == PieceType.BYTE.code }.map { it.text }
            require(byteFallback && bytes.size == 256 && bytes.toSet() == BYTE_NAMES.keys, "it must have byte_fallback and all 256 byte pieces", bytes.size)
            val rules = TextSchema.entries.joinToString(" or ") { "\"${it.rule}\" (text schema ${it.version})" }
            val rule = "its normalization_rule_name must be $rules; other ones may need a newer version of this library"
            require(schema != null && !rewrites, rule, normalizerName)
            val spaces = dummyPrefix && removesSpaces && escapesSpaces && !whitespaceAsSuffix
            require(spaces, "it must add a space in front, remove extra spaces and escape spaces", "other rules")
            val known = PieceType.entries.map { it.code }
            val other = pieces.firstOrNull { it.type !in known }
            require(other == null, "it must have no user-defined and no unused symbols", other?.text)
            val unknowns = pieces.count { it.type == PieceType.UNKNOWN.code }
            require(unknowns == 1, "it must have one unknown piece", unknowns)
            val normal = pieces.filter { it.type == PieceType.NORMAL.code }
            require(normal.none { it.text.isEmpty() || !it.score.isFinite() }, "its pieces must have a text and a finite score", "other ones")
            require(pieces.distinctBy { it.text }.size == pieces.size, "a piece must occur once", "one that occurs twice")
        }

        private fun require(holds: Boolean, rule: String, received: Any?) {
            if (!holds) throw VocabularyException("A vocabulary is not of this library: $rule. Received: $received")
        }
    }
}
