package dev.litetransformer.decoding

import dev.litetransformer.Fixtures
import dev.litetransformer.text.DictionaryVocabulary
import dev.litetransformer.text.SentencePieceVocabulary
import java.util.Random
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

    @Test
    fun theTextOfADictionaryComesPieceByPiece() {
        val random = Random(5)
        for (name in listOf("byte_pairs_2", "byte_pairs_1", "words", "unigram_nmt_nfkc", "bpe_suffix", "unigram_bytes")) {
            val vocabulary = DictionaryVocabulary.read(Fixtures.file("dictionaries/$name.json").readBytes())
            repeat(200) {
                val before = IntArray(random.nextInt(4)) { random.nextInt(vocabulary.size) }
                val ids = IntArray(random.nextInt(12)) { random.nextInt(if (random.nextBoolean()) 4 else vocabulary.size) }
                val stream = TextStream(vocabulary, before)
                val pieces = ids.map { stream.push(it) } + stream.flush()
                assertEquals(name, vocabulary.decode(before + ids), vocabulary.decode(before) + pieces.joinToString(""))
            }
            val stream = TextStream(vocabulary, vocabulary.encode("The"))
            val known = vocabulary.encode("a new book").filter { it != vocabulary.unkId }
            assertEquals(known.size, known.map { stream.push(it) }.count { it.isNotBlank() })
        }
    }
}
