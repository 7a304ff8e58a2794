package dev.litetransformer.text

private const val SPACE = '\u2581'
private const val UNKNOWN_SURFACE = " \u2047 "

/**
 * A SentencePiece vocabulary, unigram or BPE, with this library's conventions (docs/text.md): the same ids and texts as Python's, to the tie-break.
 * Time is linear in the text for unigram, and `n log n` for BPE.
 */
public class SentencePieceVocabulary private constructor(private val model: SentencePieceModel) : Vocabulary {
    private val trie = normalPieces().let { ids -> PieceTrie(ids.map { model.pieces[it].text }, ids.toIntArray()) }
    private val scores = FloatArray(model.pieces.size) { model.pieces[it].score }
    private val segmenter: Segmenter =
        if (model.isBpe) BpeSegmenter(trie, scores) else UnigramSegmenter(trie, DoubleArray(scores.size) { scores[it].toDouble() }, unknownScore())
    private val surfaces = model.pieces.map { it.text.replace(SPACE, ' ') }

    override val size: Int get() = model.pieces.size
    override val bosId: Int get() = SpecialIds.BOS
    override val padId: Int get() = SpecialIds.PAD
    override val eosId: Int get() = SpecialIds.EOS
    override val unkId: Int get() = SpecialIds.UNK

    /** Version of the rules by which texts are normalised. */
    public val textSchema: Int get() = model.schema.version

    /** The piece of an id, U+2581 standing for a space. */
    public fun piece(id: Int): String = model.pieces[id.also { checkIds(intArrayOf(it), size) }].text

    override fun encode(text: String): IntArray {
        val prepared = prepare(model.schema.normalize(text))
        val result = IntList(prepared.length)
        segmenter.segment(prepared) { id, begin, end ->
            if (id >= 0) result.add(id) else addBytes(prepared, begin, end, result)
        }
        return result.toArray()
    }

    override fun decode(ids: IntArray): String {
        checkIds(ids, size)
        val text = StringBuilder()
        val pending = PendingBytes(text)
        for (id in ids) {
            val piece = model.pieces[id]
            if (piece.type == PieceType.BYTE) {
                pending.add(BYTE_NAMES.getValue(piece.text))
                continue
            }
            pending.flush()
            when (piece.type) {
                PieceType.UNKNOWN -> text.append(UNKNOWN_SURFACE)
                PieceType.NORMAL -> if (text.isEmpty()) text.append(surfaces[id].removePrefix(" ")) else text.append(surfaces[id])
                else -> Unit
            }
        }
        pending.flush()
        return text.toString()
    }

    private fun normalPieces(): List<Int> = model.pieces.indices.filter { model.pieces[it].type == PieceType.NORMAL }

    /** What a character costs that no piece has, as SentencePiece sets it. */
    private fun unknownScore(): Float = (normalPieces().minOfOrNull { scores[it] } ?: 0f) - UNKNOWN_PENALTY

    /** UTF-8 of one character. */
    private fun addBytes(text: String, begin: Int, end: Int, result: IntList) {
        for (byte in text.substring(begin, end).toByteArray(Charsets.UTF_8)) result.add(model.bytePieces[byte.toInt() and 0xFF])
    }

    public companion object {
        private const val UNKNOWN_PENALTY = 10f

        /**
         * Reads the bytes of a `.model` file.
         *
         * @throws VocabularyException they are none, or one of other conventions.
         */
        public fun read(bytes: ByteArray): SentencePieceVocabulary = SentencePieceVocabulary(SentencePieceModel.read(bytes))

        /** Spaces as docs/text.md treats them: one in front, none at the end, single ones between, each written as U+2581. */
        internal fun prepare(text: String): String {
            val result = StringBuilder(text.length + 1)
            var begin = 0
            while (begin < text.length && text[begin] == ' ') begin++
            if (begin == text.length) return ""
            result.append(SPACE)
            for (i in begin until text.length) {
                val c = text[i]
                if (c != ' ') result.append(c) else if (text[i - 1] != ' ') result.append(SPACE)
            }
            var end = result.length
            while (end > 0 && result[end - 1] == SPACE) end--
            return result.substring(0, end)
        }
    }
}
