package dev.litetransformer.conformance

import dev.litetransformer.bundle.Bundle
import dev.litetransformer.decoding.DecodingException
import dev.litetransformer.decoding.Hypothesis
import dev.litetransformer.decoding.Summarizer
import dev.litetransformer.decoding.TextCompleter
import dev.litetransformer.decoding.Translator
import dev.litetransformer.decoding.decodingOptions
import dev.litetransformer.decoding.double
import dev.litetransformer.decoding.int
import dev.litetransformer.decoding.samplingOptions
import dev.litetransformer.get
import dev.litetransformer.ids
import dev.litetransformer.items
import dev.litetransformer.json.JsonArray
import dev.litetransformer.json.JsonObject
import dev.litetransformer.json.JsonValue
import dev.litetransformer.runtime.BytedecoTensorModel
import dev.litetransformer.text
import dev.litetransformer.text.SentencePieceVocabulary
import dev.litetransformer.text.TextSchema
import java.io.Closeable
import kotlin.math.abs
import kotlin.math.max
import org.junit.Assert.assertEquals
import org.junit.Assert.assertTrue
import org.junit.Assume.assumeTrue
import org.junit.Rule
import org.junit.Test
import org.junit.rules.TemporaryFolder

/** This code gives the answers of conformance/NAME.jsonl with the packed model of that name, for every file there. */
class ConformanceTest {
    @get:Rule
    val folder = TemporaryFolder()

    @Test
    fun answersAreThoseOfTheVectors() {
        val all = Vectors.all()
        if (all.isEmpty()) println("SKIPPED, LOUDLY: there are no conformance vectors in conformance/")
        assumeTrue("no conformance vectors", all.isNotEmpty())
        all.forEach(::compare)
    }

    private fun compare(vectors: Vectors) {
        val faults = ArrayList<String>()
        var compared = 0
        var sure = 0
        var forgiven = 0
        vectors.open(folder.newFolder()).use { bundle ->
            vectors.lines.forEach { compareReading(bundle, it) }
            Answering(bundle, vectors).use { answering ->
                for (line in vectors.lines) for (field in vectors.options.keys) {
                    val fault = answering.fault(field, line)
                    val isSure = field !in vectors.unsure(line)
                    compared++
                    if (isSure) sure++
                    if (fault != null && isSure) faults += fault else if (fault != null) forgiven++
                }
            }
        }
        val equal = compared - faults.size - forgiven
        println("${vectors.name}: $equal of $compared answers of the vectors, $forgiven others that are marked unsure, ${faults.size} of the $sure sure ones differ")
        assertTrue("${vectors.name}: ${faults.size} of $sure\n${faults.joinToString("\n")}", faults.size <= MOST_OTHERWISE * sure)
        assertTrue(compared > 0)
    }

    private companion object {
        /** Greatest share of the sure answers that differ on another processor than that of the vectors (docs/porting.md). */
        const val MOST_OTHERWISE = 0.06
    }

    private fun compareReading(bundle: Bundle, line: JsonValue) {
        val vocabulary = bundle.sourceVocabulary
        val text = line["text"].text
        if (vocabulary is SentencePieceVocabulary) assertEquals(text, line["normalized"].text, TextSchema.of(vocabulary.textSchema)!!.normalize(text))
        assertEquals(text, line["ids"].ids.asList(), vocabulary.encode(text).asList())
        assertEquals(text, line["decoded"].text, vocabulary.decode(line["ids"].ids))
    }
}

/** Asks a model what the vectors ask. */
private class Answering(bundle: Bundle, private val vectors: Vectors) : Closeable {
    private val opened: Closeable = when (vectors.task) {
        "translation" -> Translator(bundle, BytedecoTensorModel)
        "summarization" -> Summarizer(bundle, BytedecoTensorModel)
        else -> TextCompleter(bundle, BytedecoTensorModel)
    }

    override fun close() = opened.close()

    /** What is wrong with the answer to a line's text, null if it is the expected one. */
    fun fault(field: String, line: JsonValue): String? {
        val expected = line[field]
        val text = line["text"].text
        val found = try {
            answers(field, text)
        } catch (error: DecodingException.TextTooLong) {
            val same = expected is JsonObject && expected["too_long"]?.int == error.tokens && expected["limit"]?.int == error.maximum
            return if (same) null else "$field of '$text': $error for $expected"
        }
        val same = expected is JsonArray && expected.items.size == found.size && expected.items.zip(found).all { (one, other) -> isSame(one as JsonObject, other) }
        val wanted = (expected as? JsonArray)?.items?.map { "${it["text"].text} (${(it as JsonObject)["score"]})" } ?: listOf(expected)
        return if (same) null else "$field of '$text': ${found.map { "$it ${it.missing} ${it.confidence}" }} for $wanted"
    }

    private fun answers(field: String, text: String): List<Hypothesis> {
        val options = vectors.options.getValue(field)
        return when (opened) {
            // The answers to users are those of whole texts, the others those of one sequence.
            is Translator -> decodingOptions(options).let { if (field == "answers") opened.translate(text, it) else opened.translateSentence(text, it) }
            is Summarizer -> opened.summarize(text, decodingOptions(options)).hypotheses
            is TextCompleter -> opened.complete(text, samplingOptions(options), options["sample"].int).let { listOf(Hypothesis(it.text, it.ids, 0f)) }
            else -> error("no other task")
        }
    }

    private fun isSame(expected: JsonObject, found: Hypothesis): Boolean = expected["ids"]!!.ids.asList() == found.ids &&
        expected["text"]!!.text == found.text &&
        (expected["score"]?.let { abs(it.double - found.score) < TOLERANCE * max(1.0, abs(it.double)) } ?: true) &&
        expected["missing"]?.items.orEmpty().map { it.text } == found.missing &&
        expected["added"]?.items.orEmpty().map { it.text } == found.added &&
        isSame(expected["confidence"]?.double, found.confidence)

    private fun isSame(expected: Double?, found: Double?): Boolean =
        if (expected == null) found == null else found != null && abs(expected - found) < TOLERANCE

    private companion object {
        /** Weights of 8 or 4 bits quantize activations, so a last bit can become some hundredths (docs/porting.md). */
        const val TOLERANCE = 0.05
    }
}
