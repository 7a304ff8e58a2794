package dev.litetransformer.demo.state

import dev.litetransformer.bundle.BundleException
import dev.litetransformer.decoding.DecodingException
import dev.litetransformer.demo.model.Answer
import dev.litetransformer.runtime.TensorModelException
import java.io.IOException
import java.util.concurrent.CancellationException

/** What the user has to be told, as a sentence, when something did not work or an answer may be wrong. `detail` is the library's own, in English. */
sealed interface Message {
    /** Whether something did not work; otherwise it is what the user asked for, or a remark on an answer. */
    val isFailure: Boolean get() = this != Stopped && this != LowConfidence

    data object NoModel : Message

    data object NoText : Message

    data object NothingShared : Message

    data object NoFilePicker : Message

    data object Stopped : Message

    data object OutOfMemory : Message

    /** The model itself doubts its answer. */
    data object LowConfidence : Message

    /** @property items numbers, addresses and codes of the text that the answer lacks. */
    data class Missing(val items: List<String>) : Message

    /** @property items those of the answer that are not in the text. */
    data class Added(val items: List<String>) : Message

    data class InputCut(val maximum: Int) : Message

    data class TextTooLong(val tokens: Int, val maximum: Int) : Message

    data class NotABundle(val name: String) : Message

    data class OtherVersion(val name: String) : Message

    data class Damaged(val name: String, val detail: String) : Message

    data class TooLarge(val name: String, val detail: String) : Message

    data class RuntimeRefuses(val name: String, val detail: String) : Message

    data class Unreadable(val name: String, val detail: String) : Message

    data class Unexpected(val detail: String) : Message

    companion object {
        /** An answer with a lower confidence is doubtful. */
        private const val LEAST_CONFIDENCE = 0.5

        /** What must be said about an answer, or null. */
        fun of(answer: Answer): Message? = when {
            answer.missing.isNotEmpty() -> Missing(answer.missing)
            answer.added.isNotEmpty() -> Added(answer.added)
            (answer.confidence ?: 1.0) < LEAST_CONFIDENCE -> LowConfidence
            else -> null
        }

        /**
         * What a failure means.
         *
         * @param name of the model that was in use.
         */
        fun of(error: Throwable, name: String): Message = when (error) {
            is DecodingException.Cancelled, is CancellationException -> Stopped
            is DecodingException.TextTooLong -> TextTooLong(error.tokens, error.maximum)
            is BundleException.NotABundle -> NotABundle(name)
            is BundleException.UnsupportedVersion -> OtherVersion(name)
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
