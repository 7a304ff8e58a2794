package dev.litetransformer.demo.state

import dev.litetransformer.bundle.BundleException
import dev.litetransformer.decoding.DecodingException
import dev.litetransformer.runtime.TensorModelException
import java.io.IOException
import java.util.concurrent.CancellationException

/** What the user has to be told, as a sentence, when something did not work. `detail` is the library's own, in English. */
sealed interface Message {
    /** Whether something did not work; otherwise it is what the user asked for. */
    val isFailure: Boolean get() = this != Stopped

    data object NoModel : Message

    data object NoText : Message

    data object NothingShared : Message

    data object NoFilePicker : Message

    data object Stopped : Message

    data object OutOfMemory : Message

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
