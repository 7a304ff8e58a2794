package dev.litetransformer.demo.model

import dev.litetransformer.bundle.Bundle
import dev.litetransformer.bundle.Manifest
import dev.litetransformer.bundle.Task
import dev.litetransformer.decoding.SamplingOptions
import dev.litetransformer.decoding.Summarizer
import dev.litetransformer.decoding.TextCompleter
import dev.litetransformer.decoding.Translator
import dev.litetransformer.litert.InterpreterTensorModel
import java.io.File

/** The bundles that come with the app. */
internal object Models {
    const val TEXT = "Where is the station?\nI would like a cup of coffee, please."

    private val directory = File(checkNotNull(System.getProperty("models")) { "The system property 'models' must name the directory of the .ltpk files" })

    private val files: List<File> = directory.listFiles { file -> file.name.endsWith(ModelStore.SUFFIX) }.orEmpty().sorted()

    val packed: List<ModelStore.Packed> = files.map { ModelStore.Packed(it.name.removeSuffix(ModelStore.SUFFIX), it::inputStream) }

    private val unpacked: Map<String, File> by lazy {
        val root = kotlin.io.path.createTempDirectory().toFile()
        Runtime.getRuntime().addShutdownHook(Thread { root.deleteRecursively() })
        packed.associate { model -> model.name to File(root, model.name).also { model.open().use { stream -> Bundle.open(stream, it).close() } } }
    }

    private val answers = HashMap<List<Any>, Answer>()

    /** The one with which the app begins on an English phone: the first that translates from English. */
    val translation: ModelStore.Packed by lazy { first(Task.TRANSLATION) { it.languages.firstOrNull() == "en" } }

    /** One that stays as it is, whichever models the package gets. */
    val phrases: ModelStore.Packed by lazy { packed.single { it.name == "phrases-en-fr" } }

    /** Languages of [translation]. */
    val languages: List<String> by lazy { Bundle.open(directory(translation)).use { it.manifest.languages } }

    /** The first one of a task. */
    fun first(task: Task, isFit: (Manifest) -> Boolean = { true }): ModelStore.Packed =
        packed.firstOrNull { model -> Bundle.open(directory(model)).use { it.manifest.task == task && isFit(it.manifest) } }
            ?: error("The tests need a bundle of the task $task. Received: ${files.map { it.name }} in $directory")

    fun bytes(packed: ModelStore.Packed): ByteArray = packed.open().use { it.readBytes() }

    /** Where a model's files are; they stay as they are. */
    fun directory(packed: ModelStore.Packed): File = unpacked.getValue(packed.name)

    /** What core makes of a text, without the app. */
    fun translate(text: String, search: Search = Search.WIDE): Answer = answer(translation, text, search)

    /** What core makes of a text, without the app. */
    fun answer(packed: ModelStore.Packed, text: String, search: Search): Answer = answers.getOrPut(listOf(packed.name, text, search)) {
        answer(Bundle.open(directory(packed)), Request(text, search, seed = 0))
    }

    /** What core makes of a request; closes the bundle. */
    fun answer(bundle: Bundle, request: Request): Answer {
        val isGreedy = request.search == Search.GREEDY
        return when (bundle.manifest.task) {
            Task.TRANSLATION -> Translator(bundle, InterpreterTensorModel, closesBundle = true).use { model ->
                val options = model.defaultOptions.run { if (isGreedy) copy(beamSize = 1, nBest = 1) else this }
                model.translate(request.text, options).first().run { Answer(text, ids.size) }
            }
            Task.SUMMARIZATION -> Summarizer(bundle, InterpreterTensorModel, closesBundle = true).use { model ->
                val options = model.defaultOptions.run { if (isGreedy) copy(beamSize = 1, nBest = 1) else this }
                model.summarize(request.text, options).run { Answer(text, hypotheses.first().ids.size, cutTokens = cutTokens) }
            }
            Task.LANGUAGE_MODEL -> TextCompleter(bundle, InterpreterTensorModel, closesBundle = true).use { model ->
                val options = if (isGreedy) SamplingOptions(temperature = 0.0) else SamplingOptions(temperature = 0.8, topP = 0.95, seed = request.seed)
                model.complete(request.text, options).run { Answer(request.text + text, ids.size) }
            }
        }
    }
}
