package dev.litetransformer.demo.model

import org.junit.Assert.assertEquals
import org.junit.Test

class WordSuggesterTest {
    @Test
    fun aSuggestionEndsABegunWordOrFollowsTheText() {
        assertEquals("I would like ", withSuggestion("I would li", "like"))
        assertEquals("Hello ", withSuggestion("he", "Hello"))
        assertEquals("I would like ", withSuggestion("I would", "like"))
        assertEquals("I would like ", withSuggestion("I would ", "like"))
        assertEquals("like ", withSuggestion("", "like"))
    }
}
