package dev.litetransformer.bundle

import dev.litetransformer.json.JsonObject

/** What a model of the bundle does. */
public enum class Task(internal val text: String) {
    TRANSLATION("translation"),
    SUMMARIZATION("summarization"),
    LANGUAGE_MODEL("language-model"),
}

/** Kind of a tensor's elements; each has 4 bytes. */
public enum class DataType(internal val text: String) {
    INT32("int32"),
    FLOAT32("float32"),
}

/**
 * One input or output of a signature.
 *
 * @property shape static.
 */
public data class TensorSpec(public val name: String, public val shape: List<Int>, public val dtype: DataType) {
    public val elements: Int get() = shape.fold(1, Int::times)
    public val byteSize: Int get() = 4 * elements
}

/** How a cache changes from step to step; docs/bundle.md has the shapes. */
public enum class Growth(internal val text: String) {
    /** A step adds the row of its position to every strip. */
    ROWS("rows"),

    /** A step appends a row to the last few inputs. */
    WINDOW("window"),

    /** A step replaces all of it. */
    STATE("state"),
}

/**
 * A cache of the decoding steps.
 *
 * @property input tensor that a step reads; a prefill gives the whole cache under the same name.
 * @property output tensor with what a step adds.
 */
public data class CacheSpec(public val input: String, public val output: String, public val growth: Growth)

/** One signature of the model file, its tensors in the order of the manifest. */
public data class Signature(public val inputs: List<TensorSpec>, public val outputs: List<TensorSpec>) {
    /** The input of that name, or null. */
    public fun input(name: String): TensorSpec? = inputs.firstOrNull { it.name == name }

    /** The output of that name, or null. */
    public fun output(name: String): TensorSpec? = outputs.firstOrNull { it.name == name }
}

/**
 * One file of a bundle.
 *
 * @property size bytes.
 * @property sha256 64 lower-case hexadecimal digits.
 */
public data class FileInfo(public val size: Long, public val sha256: String)

public data class SpecialTokens(public val bos: Int, public val pad: Int, public val eos: Int, public val unk: Int)

/** One value for each side of a model. */
public data class Sides<T>(public val source: T, public val target: T)

/**
 * What turns scores into a confidence; docs/trust.md has the formula.
 *
 * @property slope at least 0.
 * @property doubt at least 0.
 */
public data class Calibration(public val bias: Double, public val slope: Double, public val doubt: Double)

/**
 * Settings of the task, as they were saved with the model.
 *
 * @property maxSourceTokens a longer source is cut to its first so many tokens, `eos` not counted; null: longer text is refused.
 * @property decoding the options of docs/decoding.md that callers start from, with Python's names (`beam_size`, ...); null: the task's own.
 * @property splitTexts whether a text is translated sentence by sentence; not so for models of tokenised texts, to which each text is one sequence.
 * @property calibration of the confidence; null for a model without one.
 * @property json all of them, those included that this program does not know.
 */
public data class Settings(
    public val maxSourceTokens: Int?,
    public val decoding: JsonObject?,
    public val splitTexts: Boolean,
    public val calibration: Calibration?,
    public val json: JsonObject,
)

/**
 * What a bundle says of itself; docs/bundle.md has the meaning of each field.
 *
 * @property languages codes, source first; may be empty.
 * @property variant `float32`, `float16`, `int8` or `int4`.
 * @property buckets allocated lengths, ascending.
 * @property beamSize rows of `beam_step`; 1: the file has none.
 * @property maxSourceTokens largest source in tokens, `eos` included.
 * @property maxTargetTokens largest target in tokens, `eos` not counted; in a language model prompt and completion together.
 * @property caches of the decoding steps; those of the first bundles, which do not list them, are known.
 * @property files name -> size and hash, the manifest itself left out.
 * @property json the whole manifest, for the fields that only people read: `metrics`, `verification`, `config`, ...
 */
public data class Manifest(
    public val task: Task,
    public val languages: List<String>,
    public val settings: Settings,
    public val variant: String,
    public val specialIds: SpecialTokens,
    public val vocabularySizes: Sides<Int>,
    public val vocabularyFiles: Sides<String>,
    public val embedDim: Int,
    public val parameters: Long,
    public val buckets: List<Int>,
    public val beamSize: Int,
    public val maxSourceTokens: Int,
    public val maxTargetTokens: Int,
    public val signatures: Map<String, Signature>,
    public val caches: List<CacheSpec>,
    public val files: Map<String, FileInfo>,
    public val minimumRuntime: String,
    public val json: JsonObject,
) {
    /** Scores and speed as they were measured; docs/bundle.md. */
    public val metrics: JsonObject get() = json["metrics"] as JsonObject

    public companion object {
        /** Name of its file. */
        public const val FILE_NAME: String = "manifest.json"

        /**
         * Reads the manifest's text.
         *
         * @throws BundleException it is another format, an unknown version, or damaged.
         */
        public fun parse(text: String): Manifest = ManifestReader.read(text)
    }
}
