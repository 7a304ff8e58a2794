package dev.litetransformer.demo.model

import dev.litetransformer.bundle.Bundle
import org.junit.Assert.assertEquals
import org.junit.Assert.assertNull
import org.junit.Assert.assertTrue
import org.junit.Test

class ModelCardTest {
    @Test
    fun readsTheCardOfAModel() {
        val directory = Models.directory(Models.translation)
        val card = Bundle.open(directory).use { ModelCard.read(directory, it.manifest) }
        assertTrue("${card.scores}", "bleu" in card.scores.keys && "chrf" in card.scores.keys)
        assertTrue("${card.milliseconds}", card.milliseconds.keys.containsAll(listOf("greedy", "beam 4")))
        assertTrue("${card.data}", card.data.orEmpty().isNotEmpty())
    }

    @Test
    fun readsLicenceScoresAndData() {
        val card = ModelCard.parse(
            "## Training\n\nData: Tatoeba (CC BY 2.0)\n\n## Scores\n\n| Metric | Of | Score | Signature |\n|---|---|---|---|\n" +
                "| bleu | the model, after training | 50.12 | `nrefs:1` |\n| bleu | this bundle | 49.80 |  |\n\n## Limits\n\n| chrf | x | 1.0 | |\n\nLicence: CC BY 4.0\n",
        )
        assertEquals(ModelCard("CC BY 4.0", "Tatoeba (CC BY 2.0)", mapOf("bleu" to 49.8)), card)
        assertNull(ModelCard.parse("Licence: not stated.").licence)
    }
}
