package dev.litetransformer.decoding

/** Decoding did not come to its end; the class says why. Options that cannot be are an [IllegalArgumentException] instead. */
public sealed class DecodingException(message: String) : RuntimeException(message) {
    /**
     * A text has more tokens than the file has room for; nothing was done.
     *
     * @property tokens how many there are.
     * @property maximum how many may be. For a translation or a summary both count the final end-of-sentence token.
     * @property text which text, when one was split; otherwise the whole.
     */
    public class TextTooLong internal constructor(rule: String, public val tokens: Int, public val maximum: Int, public val text: String) :
        DecodingException("$rule Received: $tokens tokens")

    /** The call's [Cancellation] was set, or its translator, summarizer or completer was closed during the call. */
    public class Cancelled internal constructor() : DecodingException("The call was cancelled.")

    /** Another call is under way. */
    public class Busy internal constructor(name: String) :
        DecodingException("A $name serves one call at a time; wait for it, cancel it, or open a second $name. Received: a call during another one")

    /** It was closed before. */
    public class Closed internal constructor(name: String) : DecodingException("A $name must be open. Received: a call on a closed one")

    internal companion object {
        fun sourceTooLong(tokens: Int, maximum: Int, text: String): TextTooLong =
            TextTooLong("A text may have at most $maximum tokens for this file, the final end-of-sentence token included.", tokens, maximum, text)

        fun promptTooLong(tokens: Int, maximum: Int, text: String): TextTooLong =
            TextTooLong("A prompt may have at most $maximum tokens for this file.", tokens, maximum, text)
    }
}
