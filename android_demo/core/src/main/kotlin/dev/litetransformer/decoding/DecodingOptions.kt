package dev.litetransformer.decoding

import dev.litetransformer.bundle.Manifest
import dev.litetransformer.bundle.Task
import dev.litetransformer.json.JsonBoolean
import dev.litetransformer.json.JsonNull
import dev.litetransformer.json.JsonNumber
import dev.litetransformer.json.JsonObject
import dev.litetransformer.json.JsonValue

/**
 * Options of greedy and beam search, as docs/decoding.md defines them.
 *
 * @property beamSize hypotheses kept for each sentence; 1 is greedy search.
 * @property lengthPenalty exponent of the length that divides a finished hypothesis' total.
 * @property minLength least number of tokens before the end-of-sentence token.
 * @property maxLength greatest number of tokens before it; null means floor([maxLengthRatio] * S) + [maxLengthOffset] for a source of S tokens,
 *   `eos` counted.
 * @property noRepeatNgram n > 0 forbids any n-gram to occur twice; 0 allows it.
 * @property nBest number of hypotheses returned, at most [beamSize]; no text comes twice.
 * @property copyCheck whether hypotheses that keep the numbers, addresses and codes of the source come first, and each names those that it
 *   lacks (docs/trust.md).
 * @throws IllegalArgumentException a value is outside of its range.
 */
public data class DecodingOptions(
    public val beamSize: Int = 4,
    public val lengthPenalty: Double = 1.0,
    public val minLength: Int = 1,
    public val maxLength: Int? = null,
    public val maxLengthRatio: Double = 1.5,
    public val maxLengthOffset: Int = 20,
    public val noRepeatNgram: Int = 0,
    public val nBest: Int = 1,
    public val copyCheck: Boolean = true,
) {
    init {
        require(beamSize >= 1) { "beamSize must be at least 1. Received: $beamSize" }
        require(nBest in 1..beamSize) { "nBest must lie between 1 and beamSize. Received: $nBest" }
        require(lengthPenalty.isFinite()) { "lengthPenalty must be a finite number. Received: $lengthPenalty" }
        require(minLength >= 0) { "minLength must not be negative. Received: $minLength" }
        require(maxLength == null || maxLength >= maxOf(1, minLength)) { "maxLength must be positive and not below minLength. Received: $maxLength" }
        require(maxLengthRatio >= 0 && maxLengthRatio.isFinite()) { "maxLengthRatio must not be negative. Received: $maxLengthRatio" }
        require(maxLengthOffset >= 1) { "maxLengthOffset must be at least 1. Received: $maxLengthOffset" }
        require(noRepeatNgram >= 0) { "noRepeatNgram must not be negative. Received: $noRepeatNgram" }
    }

    /**
     * Greatest number of tokens before `eos`.
     *
     * @param sourceLength tokens of the source, its `eos` counted.
     * @param capacity tokens that the file holds.
     * @throws IllegalArgumentException [minLength] exceeds it.
     */
    internal fun limit(sourceLength: Int, capacity: Int): Int {
        require(minLength <= capacity) { "minLength must not exceed the $capacity tokens that the file holds. Received: $minLength" }
        val limit = maxLength?.toLong() ?: ((maxLengthRatio * sourceLength).toLong() + maxLengthOffset)
        return limit.coerceAtLeast(minLength.toLong()).coerceAtMost(capacity.toLong()).toInt()
    }

    public companion object {
        /**
         * What a bundle's callers start from: the options saved with the model, otherwise those of its task. A file that was exported without
         * `beam_step` gets a beam of 1.
         *
         * @throws IllegalArgumentException saved options that this version does not know.
         */
        public fun of(manifest: Manifest): DecodingOptions {
            val saved = SavedOptions(manifest.settings.decoding ?: JsonObject(emptyMap()))
            val beamSize = if (manifest.beamSize == 1) 1 else saved.int("beam_size") ?: DEFAULTS.beamSize
            return DecodingOptions(
                beamSize = beamSize,
                lengthPenalty = saved.double("length_penalty") ?: DEFAULTS.lengthPenalty,
                minLength = saved.int("min_length") ?: DEFAULTS.minLength,
                maxLength = saved.int("max_length"),
                maxLengthRatio = saved.double("max_length_ratio") ?: DEFAULTS.maxLengthRatio,
                maxLengthOffset = saved.int("max_length_offset") ?: DEFAULTS.maxLengthOffset,
                noRepeatNgram = saved.int("no_repeat_ngram") ?: if (manifest.task == Task.SUMMARIZATION) SUMMARY_NGRAM else 0,
                nBest = minOf(beamSize, saved.int("n_best") ?: DEFAULTS.nBest),
                copyCheck = saved.boolean("copy_check") ?: DEFAULTS.copyCheck,
            ).also { saved.refuseOthers() }
        }

        private const val SUMMARY_NGRAM = 3
        private val DEFAULTS = DecodingOptions()
    }
}

/** Saved options by Python's names; remembers which were asked for. */
private class SavedOptions(private val json: JsonObject) {
    private val known = HashSet<String>()

    fun int(name: String): Int? {
        val number = number(name) ?: return null
        return number.takeIf { it.isWhole }?.text?.toIntOrNull() ?: refuse(name, number)
    }

    fun double(name: String): Double? = number(name)?.toDouble()

    fun boolean(name: String): Boolean? {
        known += name
        return when (val value = json[name]) {
            null, JsonNull -> null
            is JsonBoolean -> value.value
            else -> refuse(name, value)
        }
    }

    fun refuseOthers() = json.entries.forEach { (name, value) -> if (name !in known) refuse(name, value) }

    private fun number(name: String): JsonNumber? {
        known += name
        return when (val value = json[name]) {
            null, JsonNull -> null
            is JsonNumber -> value
            else -> refuse(name, value)
        }
    }

    private fun refuse(name: String, value: JsonValue): Nothing =
        throw IllegalArgumentException("The decoding options saved with a model must be those of this version. Received: $name = $value")
}
