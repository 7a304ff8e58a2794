package dev.litetransformer.decoding

import dev.litetransformer.text.SentencePieceVocabulary
import org.junit.Assert.assertEquals
import org.junit.Assert.assertFalse
import org.junit.Test

/** Characters that come byte by byte are given out whole. */
class TextStreamTest {
    @Test
    fun bytesAreHeldBackUntilTheirCharacterIsThere() {
        DecodingFixture.first("translation").bundle().use { bundle ->
            val vocabulary = bundle.sourceVocabulary as SentencePieceVocabulary
            val text = "日本 is 🙂 ok"
            val stream = TextStream(vocabulary, IntArray(0))
            val pieces = vocabulary.encode(text).map { stream.push(it) } + stream.flush()
            assertEquals(text, pieces.joinToString(""))
            pieces.forEach { assertFalse(it, '\uFFFD' in it || it.lastOrNull()?.isHighSurrogate() == true) }

            val cut = TextStream(vocabulary, IntArray(0))
            val bytes = listOf("<0xE6>", "<0x97>").map { name -> (0 until vocabulary.size).first { vocabulary.piece(it) == name } }
            assertEquals(listOf("", ""), bytes.map { cut.push(it) })
            assertEquals("\uFFFD\uFFFD", cut.flush())
        }
    }
}
