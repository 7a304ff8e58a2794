package dev.litetransformer.text

/** Cuts a text into pieces, which a dictionary then looks up. Instances never change and may be shared between threads. */
internal fun interface TextCutter {
    /** Calls [emit] with each piece of [text], which has no lone surrogates, from left to right. */
    fun cut(text: String, emit: (String) -> Unit)
}
