package dev.litetransformer.text

import java.nio.ByteBuffer
import java.nio.charset.CharacterCodingException

internal data class RawPiece(val text: String, val score: Float, val type: Int)

/** The fields of a SentencePiece `.model` file that matter, as they are written; absent ones have the defaults of sentencepiece_model.proto. */
internal class ModelProto(reader: ProtobufReader) {
    val pieces = ArrayList<RawPiece>()
    var modelType = UNIGRAM
        private set
    val specialIds = intArrayOf(1, -1, 2, 0) // bos, pad, eos, unk
    var byteFallback = false
        private set
    var whitespaceAsSuffix = false
        private set
    var normalizerName = ""
        private set

    /** The map of characters by which texts are normalised; empty when there is none. */
    var characterMap = ByteArray(0)
        private set

    /** Whether texts are rewritten on their way in or out. */
    var rewrites = false
        private set
    var dummyPrefix = true
        private set
    var removesSpaces = true
        private set
    var escapesSpaces = true
        private set

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
            2 -> characterMap = reader.readBytes().also { rewrites = rewrites || it.isNotEmpty() }
            3 -> dummyPrefix = reader.readBoolean()
            4 -> removesSpaces = reader.readBoolean()
            5 -> escapesSpaces = reader.readBoolean()
            else -> reader.skip()
        }
    }

    private fun readDenormalizer(reader: ProtobufReader) = reader.forEachField { field ->
        if (field == 2) rewrites = rewrites || reader.readBytes().isNotEmpty() else reader.skip()
    }

    companion object {
        /** Values of [modelType]. */
        const val UNIGRAM = 1
        const val BPE = 2
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
