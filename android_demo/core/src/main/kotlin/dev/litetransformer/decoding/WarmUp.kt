package dev.litetransformer.decoding

/** Tokens that a warm-up makes: the second step is the first one that reads what the one before wrote. */
internal const val WARM_UP_TOKENS = 2

/** A text to warm up with; of no language. */
internal const val WARM_UP_TEXT = "1 2 3."

/** The same search, stopped after [WARM_UP_TOKENS]. */
internal fun DecodingOptions.shortest(): DecodingOptions = copy(minLength = WARM_UP_TOKENS, maxLength = WARM_UP_TOKENS)
