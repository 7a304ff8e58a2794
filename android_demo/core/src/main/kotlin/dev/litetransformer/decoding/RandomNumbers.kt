package dev.litetransformer.decoding

/** The random numbers of docs/sampling.md: SplitMix64 (Steele et al. 2014), a function of seed, completion and step. */
internal object RandomNumbers {
    private const val GAMMA = -0x61C8864680B583EBL // 0x9E3779B97F4A7C15
    private const val FIRST_FACTOR = -0x40A7B892E31B1A47L // 0xBF58476D1CE4E5B9
    private const val SECOND_FACTOR = -0x6B2FB644ECCEEE15L // 0x94D049BB133111EB
    private const val TWO_TO_53 = 9007199254740992.0

    /** In [0, 1), with 53 bits, for token [step] of completion [sample]. */
    fun uniform(seed: Long, sample: Int, step: Int): Double {
        val start = mix(seed + (sample + 1L) * GAMMA)
        return (mix(start + (step + 1L) * GAMMA) ushr 11).toDouble() / TWO_TO_53
    }

    fun mix(value: Long): Long {
        var z = value
        z = (z xor (z ushr 30)) * FIRST_FACTOR
        z = (z xor (z ushr 27)) * SECOND_FACTOR
        return z xor (z ushr 31)
    }
}
