package dev.litetransformer.decoding

import org.junit.Assert.assertEquals
import org.junit.Assert.assertNotEquals
import org.junit.Assert.assertThrows
import org.junit.Assert.assertTrue
import org.junit.Test

class TextCompleterTest {
    private val fixture = DecodingFixture.first("language-model")

    @Test
    fun theSeedDecidesTheText() = fixture.completer().use { completer ->
        val options = SamplingOptions(seed = 4, maxTokens = 20)
        val first = completer.complete("The", options)
        assertEquals(first.ids, completer.complete("The", options).ids)
        assertNotEquals(first.ids, completer.complete("The", options, sample = 1).ids)
        assertNotEquals(first.ids, completer.complete("The", options.copy(seed = 5)).ids)
    }

    @Test
    fun cancellingKeepsWhatWasGivenOut() = fixture.completer().use { completer ->
        val cancellation = Cancellation()
        val pieces = ArrayList<String>()
        val options = SamplingOptions(temperature = 0.0, minTokens = 30, maxTokens = 30)
        val whole = completer.complete("The", options).text
        assertThrows(DecodingException.Cancelled::class.java) {
            completer.complete("The", options, cancellation = cancellation) {
                pieces += it
                if (pieces.size == 3) cancellation.cancel()
            }
        }
        assertEquals(3, pieces.size)
        assertTrue(whole.startsWith(pieces.joinToString("")))
        assertEquals(whole, completer.complete("The", options).text)
    }

    @Test
    fun aTextEndsWhenTheFileIsFull() = fixture.completer().use { completer ->
        val options = SamplingOptions(temperature = 0.0, minTokens = 5000, maxTokens = 5000)
        assertEquals(completer.maxPromptTokens + 1, completer.complete("", options).ids.size)
    }

    @Test
    fun aPromptThatIsTooLongIsRefused() = fixture.completer().use { completer ->
        val maximum = completer.maxPromptTokens
        val error = assertThrows(DecodingException.TextTooLong::class.java) { completer.complete("word ".repeat(1000)) }
        assertEquals(maximum, error.maximum)
        assertEquals("A prompt may have at most $maximum tokens for this file. Received: ${error.tokens} tokens", error.message)
    }
}
