package dev.litetransformer.text

import java.nio.ByteBuffer
import java.nio.charset.CharacterCodingException

/** What a piece is; the numbers are those of the file. */
internal enum class PieceType(val code: Int) { NORMAL(1), UNKNOWN(2), CONTROL(3), BYTE(6) }

internal class Piece(val text: String, val score: Float, val type: PieceType)

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
            proto.check()
            val pieces = proto.pieces.map { (text, score, code) -> Piece(text, score, PieceType.entries.first { it.code == code }) }
            return SentencePieceModel(pieces, proto.modelType == BPE, bytePieces(pieces), checkNotNull(proto.schema))
        }

        private fun bytePieces(pieces: List<Piece>): IntArray {
            val ids = IntArray(256) { -1 }
            pieces.forEachIndexed { id, piece -> if (piece.type == PieceType.BYTE) ids[BYTE_NAMES.getValue(piece.text)] = id }
            return ids
        }
    }
}

private const val UNIGRAM = 1
private const val BPE = 2

internal val BYTE_NAMES: Map<String, Int> = (0..255).associateBy { "<0x%02X>".format(java.util.Locale.ROOT, it) }

private data class RawPiece(val text: String, val score: Float, val type: Int)

/** The fields of the file that matter; absent ones have the defaults of sentencepiece_model.proto. */
private class ModelProto(reader: ProtobufReader) {
    val pieces = ArrayList<RawPiece>()
    var modelType = UNIGRAM
    private var specialIds = intArrayOf(1, -1, 2, 0) // bos, pad, eos, unk
    private var byteFallback = false
    private var whitespaceAsSuffix = false
    private var normalizerName = ""
    val schema: TextSchema? get() = TextSchema.ofRule(normalizerName)
    private var rewrites = false
    private var dummyPrefix = true
    private var removesSpaces = true
    private var escapesSpaces = true

    init {
        reader.forEachField { field ->
            when (field) {
                1 -> pieces += readPiece(reader.readMessage())
                2 -> readTrainer(reader.readMessage())
                3 -> readNormalizer(reader.readMessage())
                5 -> readDenormalizer(reader.readMessage())
                else -> reader.skip()
            }
        }
    }

    private fun readPiece(reader: ProtobufReader): RawPiece {
        var text = ""
        var score = 0f
        var type = PieceType.NORMAL.code
        reader.forEachField { field ->
            when (field) {
                1 -> text = utf8(reader.readBytes())
                2 -> score = reader.readFloat()
                3 -> type = reader.readInt()
                else -> reader.skip()
            }
        }
        return RawPiece(text, score, type)
    }

    private fun readTrainer(reader: ProtobufReader) = reader.forEachField { field ->
        when (field) {
            3 -> modelType = reader.readInt()
            24 -> whitespaceAsSuffix = reader.readBoolean()
            35 -> byteFallback = reader.readBoolean()
            40 -> specialIds[3] = reader.readInt()
            41 -> specialIds[0] = reader.readInt()
            42 -> specialIds[2] = reader.readInt()
            43 -> specialIds[1] = reader.readInt()
            else -> reader.skip()
        }
    }

    private fun readNormalizer(reader: ProtobufReader) = reader.forEachField { field ->
        when (field) {
            1 -> normalizerName = utf8(reader.readBytes())
            2 -> rewrites = rewrites || reader.readBytes().isNotEmpty()
            3 -> dummyPrefix = reader.readBoolean()
            4 -> removesSpaces = reader.readBoolean()
            5 -> escapesSpaces = reader.readBoolean()
            else -> reader.skip()
        }
    }

    private fun readDenormalizer(reader: ProtobufReader) = reader.forEachField { field ->
        if (field == 2) rewrites = rewrites || reader.readBytes().isNotEmpty() else reader.skip()
    }

    /** The conventions of docs/text.md, in the order in which Python checks them. */
    fun check() {
        require(pieces.isNotEmpty(), "it must hold pieces", "none")
        require(modelType == UNIGRAM || modelType == BPE, "its kind must be unigram or BPE", modelType)
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

private inline fun ProtobufReader.forEachField(read: (Int) -> Unit) {
    while (true) {
        val field = nextField()
        if (field == 0) return
        read(field)
    }
}

internal fun utf8(bytes: ByteArray): String =
    try {
        Charsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString()
    } catch (error: CharacterCodingException) {
        throw VocabularyException("A vocabulary's texts must be UTF-8. Received: ${error.message}")
    }
