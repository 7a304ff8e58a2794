package dev.litetransformer.readme

import dev.litetransformer.bundle.Bundle
import dev.litetransformer.coroutines.SuspendingTranslator
import dev.litetransformer.decoding.Cancellation
import dev.litetransformer.decoding.DecodingException
import dev.litetransformer.decoding.Translator
import dev.litetransformer.runtime.TensorModelFactory
import java.io.Closeable
import java.io.File
import java.io.InputStream
import java.util.concurrent.Executor
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.Job
import kotlinx.coroutines.delay
import kotlinx.coroutines.flow.Flow
import kotlinx.coroutines.flow.map
import kotlinx.coroutines.launch
import kotlinx.coroutines.withContext

// The code of android_demo/README.md, which SnippetsTest compares with it and runs.

class Phrasebook private constructor(private val translator: SuspendingTranslator) : Closeable {
    /** A text of any length, sentence by sentence, with its tags and addresses (docs/paragraphs.md). */
    suspend fun translate(text: String): String = translator.translate(text).firstOrNull()?.text.orEmpty()

    /** The same while it is written, at most ten times a second. */
    fun translations(text: String): Flow<String> = translator.translations(text).map { it.text }

    override fun close() = translator.close()

    companion object {
        /** Unpacks the first time only, and prepares the model, so that the first answer comes as fast as later ones. */
        suspend fun open(download: () -> InputStream, directory: File, runtime: TensorModelFactory): Phrasebook = withContext(Dispatchers.IO) {
            val bundle = download().use { Bundle.open(it, unpackInto = directory) }
            val translator = SuspendingTranslator(Translator(bundle, runtime, threads = 2, closesBundle = true))
            translator.warmUp()
            Phrasebook(translator)
        }
    }
}

class Screen(private val phrasebook: Phrasebook, private val scope: CoroutineScope, private val show: (String) -> Unit) {
    private var job: Job? = null

    /** Called at each key; the translation of the text before ends at its next token. */
    fun type(text: String) {
        job?.cancel()
        job = scope.launch {
            delay(300)
            try {
                phrasebook.translations(text).collect { show(it) }
            } catch (error: DecodingException) {
                show("No translation: ${error.message}")
            }
        }
    }
}

fun translate(text: String, translator: Translator, background: Executor, show: (String) -> Unit): Cancellation {
    val cancellation = Cancellation()
    background.execute {
        try {
            translator.translate(text, translator.defaultOptions, cancellation, show)
        } catch (_: DecodingException.Cancelled) {
            // Somebody called cancellation.cancel(): nothing more to show.
        } catch (error: DecodingException) {
            show("No translation: ${error.message}")
        }
    }
    return cancellation
}
