package dev.litetransformer.demo

import dev.litetransformer.bundle.Bundle
import dev.litetransformer.bundle.Task
import dev.litetransformer.decoding.DecodingOptions
import dev.litetransformer.decoding.Hypothesis
import dev.litetransformer.decoding.Translator
import dev.litetransformer.demo.model.AndroidTensorModel
import dev.litetransformer.demo.model.ModelStore
import java.io.File

/** The bundles that come with the app. */
internal object Models {
    const val TEXT = "Where is the station?\nI would like a cup of coffee, please."

    private val directory = File(checkNotNull(System.getProperty("models")) { "The system property 'models' must name the directory of the .ltpk files" })

    private val files: List<File> = directory.listFiles { file -> file.name.endsWith(ModelStore.SUFFIX) }.orEmpty().sorted()

    val packed: List<ModelStore.Packed> = files.map { ModelStore.Packed(it.name.removeSuffix(ModelStore.SUFFIX), it::inputStream) }

    /** The first one that translates. */
    val translation: ModelStore.Packed by lazy {
        packed.firstOrNull { isTranslation(it) } ?: error("The tests need a bundle of the task translation. Received: ${files.map { it.name }} in $directory")
    }

    fun bytes(packed: ModelStore.Packed): ByteArray = packed.open().use { it.readBytes() }

    /** What core makes of a text, without the app. */
    fun translate(text: String, options: DecodingOptions? = null): Hypothesis = temporary { directory ->
        val bundle = translation.open().use { Bundle.open(it, File(directory, "bundle")) }
        Translator(bundle, AndroidTensorModel, closesBundle = true).use { it.translate(text, options ?: it.defaultOptions).first() }
    }

    private fun isTranslation(packed: ModelStore.Packed): Boolean = temporary { directory ->
        packed.open().use { stream -> Bundle.open(stream, File(directory, "bundle")).use { it.manifest.task == Task.TRANSLATION } }
    }
}

internal fun <T> temporary(action: (File) -> T): T {
    val directory = kotlin.io.path.createTempDirectory().toFile()
    return try {
        action(directory)
    } finally {
        directory.deleteRecursively()
    }
}
