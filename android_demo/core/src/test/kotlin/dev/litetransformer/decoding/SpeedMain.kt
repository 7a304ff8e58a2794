package dev.litetransformer.decoding

import dev.litetransformer.get
import java.io.Closeable
import java.io.File

/**
 * Times what tools/speed.py asks for, line by line: `fixture case texts`, a number, a name and a number, makes one pass over the first texts of
 * the fixture's case. It answers with milliseconds a text: all, and in the interpreter.
 *
 * @param arguments directories of fixtures.
 */
fun main(arguments: Array<String>) {
    val fixtures = arguments.map { TimedFixture(DecodingFixture(File(it))) }
    println("ready")
    generateSequence(::readLine).forEach { line ->
        val (fixture, case, texts) = line.split(' ')
        val timing = fixtures[fixture.toInt()].pass(case, texts.toInt())
        println("${timing.whole / 1e6 / texts.toInt()} ${timing.interpreter / 1e6 / texts.toInt()}")
    }
    fixtures.forEach { it.close() }
}

private class TimedFixture(private val fixture: DecodingFixture) : Closeable {
    private val models = TimedModels()
    private val opened: Closeable = when (fixture.task) {
        "translation" -> fixture.translator(models)
        "summarization" -> fixture.summarizer(models)
        else -> fixture.completer(models)
    }

    fun pass(case: String, texts: Int): Timing {
        val json = fixture.case(case)
        val answer: (String) -> Any = when (opened) {
            is Translator -> decodingOptions(json["options"]).let { options -> { text -> opened.translateSentence(text, options) } }
            is Summarizer -> decodingOptions(json["options"]).let { options -> { text -> opened.summarize(text, options) } }
            is TextCompleter -> samplingOptions(json["options"]).let { options -> { text -> opened.complete(text, options, json["sample"].int) } }
            else -> error("no other task")
        }
        return models.measure { fixture.texts.take(texts).forEach { answer(it) } }
    }

    override fun close() = opened.close()
}
