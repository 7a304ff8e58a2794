package dev.litetransformer.demo.model

import dev.litetransformer.bundle.Manifest
import dev.litetransformer.bundle.Task

/**
 * A model that the user may choose.
 *
 * @property id its place in the [ModelStore].
 * @property name of the file that it came in, without the suffix.
 * @property languages codes, source first; may be empty.
 * @property beamSize hypotheses of a beam search; 1: it has greedy search only.
 * @property bytes of its files when they are unpacked.
 * @property card what it says of itself to people.
 */
data class ModelEntry(
    val id: String,
    val name: String,
    val task: Task,
    val languages: List<String>,
    val variant: String,
    val beamSize: Int,
    val bytes: Long,
    val isBuiltIn: Boolean,
    val card: ModelCard = ModelCard(),
) {
    /** Language of the texts that go in, or null. */
    val source: String? get() = languages.firstOrNull()

    /** Language of the texts that come out, or null. */
    val target: String? get() = languages.lastOrNull()

    /** Whether [other] translates what this one makes back again. */
    fun isReverseOf(other: ModelEntry): Boolean =
        task == Task.TRANSLATION && other.task == task && languages.size == 2 && languages == other.languages.reversed() && languages[0] != languages[1]

    companion object {
        fun of(manifest: Manifest, card: ModelCard, id: String, name: String, isBuiltIn: Boolean): ModelEntry = ModelEntry(
            id = id,
            name = name,
            task = manifest.task,
            languages = manifest.languages,
            variant = manifest.variant,
            beamSize = manifest.beamSize,
            bytes = manifest.files.values.sumOf { it.size },
            isBuiltIn = isBuiltIn,
            card = card,
        )
    }
}
