package dev.litetransformer.decoding

import dev.litetransformer.Fixtures
import dev.litetransformer.bundle.Bundle
import dev.litetransformer.get
import dev.litetransformer.items
import dev.litetransformer.json.JsonBoolean
import dev.litetransformer.json.JsonNull
import dev.litetransformer.json.JsonNumber
import dev.litetransformer.json.JsonValue
import dev.litetransformer.json.parseJson
import dev.litetransformer.runtime.BytedecoTensorModel
import dev.litetransformer.runtime.TensorModelFactory
import dev.litetransformer.text
import java.io.File

/** A bundle and what Python makes of its texts; written by tools/decoding_fixtures.py. */
class DecodingFixture(val directory: File) {
    private val answers: JsonValue by lazy { parseJson(File(directory, ANSWERS).readText()) }

    val name: String get() = directory.name
    val task: String get() = answers["task"].text
    val texts: List<String> by lazy { answers["texts"].items.map { it.text } }
    val cases: List<JsonValue> by lazy { answers["cases"].items }

    fun case(name: String): JsonValue = cases.first { it["name"].text == name }

    fun bundle(): Bundle = Bundle.open(File(directory, "bundle"))

    fun translator(factory: TensorModelFactory = BytedecoTensorModel, nanoTime: () -> Long = System::nanoTime): Translator =
        Translator(bundle(), factory, closesBundle = true, nanoTime = nanoTime)

    fun summarizer(factory: TensorModelFactory = BytedecoTensorModel, nanoTime: () -> Long = System::nanoTime): Summarizer =
        Summarizer(bundle(), factory, closesBundle = true, nanoTime = nanoTime)

    fun completer(factory: TensorModelFactory = BytedecoTensorModel): TextCompleter = TextCompleter(bundle(), factory, closesBundle = true)

    companion object {
        private const val ANSWERS = "answers.json"

        /** All of a task, float32 first; at least one. */
        fun all(task: String): List<DecodingFixture> {
            val found = Fixtures.file("decoding").listFiles().orEmpty().filter { it.name.startsWith("$task-") && File(it, ANSWERS).exists() }
            check(found.isNotEmpty()) { "Run tools/decoding_fixtures.py with --output. Received: no fixture for $task" }
            return found.sortedBy { it.name }.map { DecodingFixture(it) }
        }

        fun first(task: String): DecodingFixture = all(task).first()
    }
}

fun decodingOptions(json: JsonValue): DecodingOptions = DecodingOptions(
    beamSize = json["beam_size"].int,
    lengthPenalty = json["length_penalty"].double,
    minLength = json["min_length"].int,
    maxLength = json["max_length"].takeIf { it != JsonNull }?.int,
    maxLengthRatio = json["max_length_ratio"].double,
    maxLengthOffset = json["max_length_offset"].int,
    noRepeatNgram = json["no_repeat_ngram"].int,
    nBest = json["n_best"].int,
    copyCheck = (json["copy_check"] as JsonBoolean).value,
)

fun samplingOptions(json: JsonValue): SamplingOptions = SamplingOptions(
    temperature = json["temperature"].double,
    topK = json["top_k"].int,
    topP = json["top_p"].double,
    seed = json["seed"].text.toULong().toLong(),
    minTokens = json["min_tokens"].int,
    maxTokens = json["max_tokens"].int,
)

val JsonValue.double: Double get() = (this as JsonNumber).toDouble()
val JsonValue.int: Int get() = (this as JsonNumber).text.toInt()
