package dev.litetransformer.text

/**
 * Cuts texts with a SentencePiece model of any conventions, as `processor.encode(text, out_type=str)` does: the pieces are those of the model, and each run of
 * characters that it does not know is one piece more, or one for each byte where the model has pieces for bytes.
 */
internal class SentencePieceCutter private constructor(proto: ModelProto) : TextCutter {
    private val spelt = proto.byteFallback
    private val normalizer: PieceNormalizer
    private val segmenter: Segmenter

    init {
        val known = proto.pieces.filter { it.type == PieceType.NORMAL.code || it.type == USER_DEFINED }
        val trie = trie(known)
        val whole = known.filter { it.type == USER_DEFINED }.takeIf { it.isNotEmpty() }?.let(::trie)
        normalizer = PieceNormalizer(proto, proto.characterMap.takeIf { it.isNotEmpty() }?.let(::CharacterMap), whole)
        val normal = known.filter { it.type == PieceType.NORMAL.code }
        segmenter = if (proto.modelType == ModelProto.BPE) {
            BpeSegmenter(trie, FloatArray(known.size) { known[it].score + 0f }, whole) // -0 and 0 are equal scores
        } else {
            val highest = maxOf(LEAST_HIGHEST, normal.maxOf { it.score })
            val scores = DoubleArray(known.size) { id -> known[id].let { if (it.type == USER_DEFINED) bonus(it.text, highest) else it.score.toDouble() } }
            UnigramSegmenter(trie, scores, normal.minOf { it.score } - UNKNOWN_PENALTY)
        }
    }

    private fun trie(pieces: List<RawPiece>) = PieceTrie(pieces.map { it.text }, pieces.indices.toList().toIntArray())

    /** Score of a user-defined piece, by which it is always chosen. */
    private fun bonus(text: String, highest: Float): Double = (text.toByteArray(Charsets.UTF_8).size.toFloat() * highest).toDouble() - BONUS

    override fun cut(text: String, emit: (String) -> Unit) {
        val normalized = normalizer.normalize(text)
        var unknown = 0 // where the characters begin that are not known
        var last = 0
        segmenter.segment(normalized) { id, begin, end ->
            if (id != PieceTrie.NONE) {
                if (unknown < begin) emitUnknown(normalized.substring(unknown, begin), emit)
                emit(normalized.substring(begin, end))
                unknown = end
            }
            last = end
        }
        if (unknown < last) emitUnknown(normalized.substring(unknown, last), emit)
    }

    private fun emitUnknown(text: String, emit: (String) -> Unit) {
        if (spelt) text.toByteArray(Charsets.UTF_8).forEach { emit(NAMES[it.toInt() and 0xFF]) } else emit(text)
    }

    companion object {
        private const val USER_DEFINED = 4
        private const val UNKNOWN_PENALTY = 10f
        private const val BONUS = 0.1

        /** Characters that a piece may have, so that time is linear in a text. The trainer's pieces have at most 16 unless it is told otherwise. */
        private const val LONGEST_PIECE = 512

        /** SentencePiece's least highest score, the C++ constant FLT_MIN. */
        private const val LEAST_HIGHEST = 1.17549435e-38f
        private val NAMES = BYTE_NAMES.keys.toList()

        /**
         * Reads the bytes of a `.model` file.
         *
         * @throws VocabularyException they are none, or one that cannot be served.
         */
        fun read(bytes: ByteArray): SentencePieceCutter = SentencePieceCutter(ModelProto(ProtobufReader(bytes)).also(::check))

        private fun check(proto: ModelProto) {
            val pieces = proto.pieces
            require(proto.modelType == ModelProto.UNIGRAM || proto.modelType == ModelProto.BPE, "be unigram or BPE", "kind ${proto.modelType}")
            val types = PieceType.entries.map { it.code } + USER_DEFINED
            val other = pieces.firstOrNull { it.type !in types }
            require(other == null, "have no unused pieces", "'${other?.text}' of type ${other?.type}")
            require(pieces.any { it.type == PieceType.NORMAL.code }, "have normal pieces", "none")
            val unknowns = pieces.count { it.type == PieceType.UNKNOWN.code }
            require(unknowns == 1, "have one unknown piece", unknowns)
            val broken = pieces.firstOrNull { it.text.isEmpty() || '\u0000' in it.text || !it.score.isFinite() }
            require(broken == null, "have pieces with a text, without zeros, and with a finite score", "'${broken?.text}' with ${broken?.score}")
            val long = pieces.firstOrNull { it.text.length > LONGEST_PIECE }
            require(long == null, "have pieces of at most $LONGEST_PIECE characters", long?.text?.length)
            val control = pieces.firstOrNull { it.type == PieceType.CONTROL.code && it.text.codePointCount(0, it.text.length) == 1 }
            require(control == null, "have control pieces of more than one character", "'${control?.text}'")
            val bytes = pieces.filter { it.type == PieceType.BYTE.code }.map { it.text }
            val expected = if (proto.byteFallback) BYTE_NAMES.keys else emptySet()
            require(bytes.size == expected.size && bytes.toSet() == expected, "have all 256 byte pieces with byte_fallback, and none without", bytes.size)
            require(pieces.distinctBy { it.text }.size == pieces.size, "have each piece once", "one that occurs twice")
        }

        private fun require(holds: Boolean, rule: String, received: Any?) {
            if (!holds) throw VocabularyException("A SentencePiece model that cuts texts must $rule. Received: $received")
        }
    }
}
