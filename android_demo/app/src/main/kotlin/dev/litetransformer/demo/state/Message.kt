package dev.litetransformer.demo.state

import dev.litetransformer.bundle.BundleException
import dev.litetransformer.decoding.DecodingException
import dev.litetransformer.demo.model.Answer
import dev.litetransformer.runtime.TensorModelException
import java.io.IOException
import java.util.concurrent.CancellationException

/** What the user has to be told, as one sentence, when something did not work or an answer may be wrong. */
sealed interface Message {
    /** Whether something did not work; otherwise it is what the user asked for. */
    val isFailure: Boolean get() = this != Stopped

    /** The library's own words, in English, for whoever mends it; null: there is no more to say. */
    val detail: String? get() = null

    data object NoModel : Message

    data object NoText : Message

    data object NothingShared : Message

    data object NoFilePicker : Message

    data object Stopped : Message

    /** @property language code of what the phone has no voice for. */
    data class NoVoice(val language: String) : Message

    data object OutOfMemory : Message

    /** The model itself doubts its answer. */
    data object LowConfidence : Message

    /** @property items numbers, addresses and codes of the text that the answer lacks. */
    data class Missing(val items: List<String>) : Message

    /** @property items those of the answer that are not in the text. */
    data class Added(val items: List<String>) : Message

    /** @property excerpt beginning of a sentence that was read in parts, because it is too long for the model. */
    data class SentenceCut(val excerpt: String) : Message

    /** @property tokens at the end of the text that the model did not read. */
    data class EndNotRead(val tokens: Int) : Message

    data class InputCut(val maximum: Int) : Message

    data class TextTooLong(val tokens: Int, val maximum: Int) : Message

    data class NotABundle(val name: String, override val detail: String) : Message

    data class OtherVersion(val name: String, override val detail: String) : Message

    data class Damaged(val name: String, override val detail: String) : Message

    data class TooLarge(val name: String, override val detail: String) : Message

    data class RuntimeRefuses(val name: String, override val detail: String) : Message

    data class Unreadable(val name: String, override val detail: String) : Message

    data class Unexpected(override val detail: String) : Message

    companion object {
        /** An answer with a lower confidence is doubtful. */
        private const val LEAST_CONFIDENCE = 0.5

        private const val LONGEST_EXCERPT = 40

        /** What must be said about an answer. */
        fun about(answer: Answer): List<Message> = listOfNotNull(
            Missing(answer.missing).takeIf { it.items.isNotEmpty() },
            Added(answer.added).takeIf { it.items.isNotEmpty() },
            LowConfidence.takeIf { answer.missing.isEmpty() && answer.added.isEmpty() && (answer.confidence ?: 1.0) < LEAST_CONFIDENCE },
            answer.longSentence?.let { SentenceCut(excerpt(it)) },
            EndNotRead(answer.cutTokens).takeIf { it.tokens > 0 },
        )

        private fun excerpt(text: String): String {
            if (text.length <= LONGEST_EXCERPT) return text
            return text.take(LONGEST_EXCERPT).substringBeforeLast(' ').trimEnd() + "…"
        }

        /**
         * What a failure means.
         *
         * @param name of the model that was in use.
         */
        fun of(error: Throwable, name: String): Message = when (error) {
            is DecodingException.Cancelled, is CancellationException -> Stopped
            is DecodingException.TextTooLong -> TextTooLong(error.tokens, error.maximum)
            is BundleException.NotABundle -> NotABundle(name, error.text)
            is BundleException.UnsupportedVersion -> OtherVersion(name, error.text)
            is BundleException.TooLarge -> TooLarge(name, error.text)
            is BundleException -> Damaged(name, error.text)
            is TensorModelException -> RuntimeRefuses(name, error.text)
            is OutOfMemoryError -> OutOfMemory
            is IOException, is SecurityException -> Unreadable(name, error.text)
            else -> Unexpected(error.text)
        }

        private val Throwable.text: String get() = message ?: javaClass.simpleName
    }
}
