package dev.litetransformer.paragraphs

import org.junit.Assert.assertEquals
import org.junit.Test

class SentenceSplitterTest {
    private fun sentences(text: String, language: String = "en") = SentenceSplitter(language).split(text).map { it.sentence }

    @Test
    fun sentencesEndAtMarksThatSpaceAndNoSmallLetterFollow() {
        val five = listOf("A dog runs.", "Two boys play!", "Do they?", "Yes…", "They do.")
        assertEquals(five, sentences("A dog runs. Two boys play! Do they? Yes… They do."))
        assertEquals(listOf("He paid 3.50 for v1.2.3 at example.com."), sentences("He paid 3.50 for v1.2.3 at example.com."))
        assertEquals(listOf("Wait... what is this?!", "A dog."), sentences("Wait... what is this?! A dog."))
        val quoted = listOf("“Go!” she said.", "(He went.)", "He said “I do.”", "Then he ran.")
        assertEquals(quoted, sentences("“Go!” she said. (He went.) He said “I do.” Then he ran."))
        assertEquals(listOf("No end"), sentences("No end"))
    }

    @Test
    fun abbreviationsInitialsAndNumbersEndNone() {
        assertEquals(listOf("Mr. Smith met Dr. J. R. Jones in the U.S. Senate."), sentences("Mr. Smith met Dr. J. R. Jones in the U.S. Senate."))
        assertEquals(listOf("1. First", "2. Second"), sentences("1. First\n2. Second"))
        assertEquals(listOf("See Fig. 3 and No. 5.", "He said no.", "Then he left."), sentences("See Fig. 3 and No. 5. He said no. Then he left."))
        assertEquals(listOf("M. Dupont et Mme. Durand.", "Ils dorment."), sentences("M. Dupont et Mme. Durand. Ils dorment.", "fr"))
        assertEquals(listOf("Das ist z.B. Brot.", "Gut."), sentences("Das ist z.B. Brot. Gut.", "de-AT"))
        assertEquals(listOf("So am I.", "And you?"), sentences("So am I. And you?"))
    }

    @Test
    fun otherScripts() {
        assertEquals(listOf("你好。", "再见！", "好"), sentences("你好。再见！好", "zh"))
        assertEquals(listOf("「行く。」", "はい。"), sentences("「行く。」はい。", "ja"))
        assertEquals(listOf("यह है।", "वह है।"), sentences("यह है। वह है।", "hi"))
        assertEquals(listOf("هل هذا؟", "نعم."), sentences("هل هذا؟ نعم.", "ar"))
    }

    @Test
    fun piecesAndSeparatorsAreTheText() {
        val text = "One.  Two.\r\n\r\n\tThree\u2028four.\n \n"
        val pieces = SentenceSplitter("en").split(text)
        assertEquals(listOf("One.", "Two.", "Three", "four."), pieces.map { it.sentence })
        assertEquals(listOf("  ", "\r\n\r\n\t", "\u2028", "\n \n"), pieces.map { it.separator })
        assertEquals(text, pieces.joinToString("") { it.sentence + it.separator })
        assertEquals(emptyList<SentenceSplitter.Piece>(), SentenceSplitter("en").split(" \n\t "))
        assertEquals(emptyList<SentenceSplitter.Piece>(), SentenceSplitter("en").split(""))
    }
}
