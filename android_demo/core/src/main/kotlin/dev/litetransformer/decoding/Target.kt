package dev.litetransformer.decoding

/** The hypotheses of one source, read token by token; they move into the next bucket when they outgrow theirs. */
internal class Target(private val model: EncoderDecoder, private var memory: Memory, private val kind: String, private val chunks: Int) {
    private var step = open()
    private var position = 0

    /** Candidates that `beam_step` lists for each row. */
    val listed: Int get() = step.width("top_tokens")

    /** Feeds the first [count] of [tokens], one a row. [withLogits]: [logits] will certainly be asked for. */
    fun feed(tokens: IntArray, count: Int, withLogits: Boolean) {
        if (position == memory.bucket - 1) grow()
        step.run(tokens, count, position, withLogits)
        position++
    }

    fun read(output: String, into: IntArray, count: Int) = step.read(output, into, count)

    fun read(output: String, into: FloatArray, count: Int) = step.read(output, into, count)

    /** Reads the first logits of a row of the last step, as many as [into] holds. */
    fun logits(row: Int, into: FloatArray) = step.readRow(EncoderDecoder.LOGITS, row, into, into.size)

    /** Row i becomes a copy of row parents[i], for i < [count]. */
    fun reorder(parents: IntArray, count: Int) = step.reorder(parents, count, position)

    private fun open(): Step = model.step(kind, memory.bucket, chunks).also { it.begin(memory.inputs) }

    private fun grow() {
        val larger = model.nextBucket(memory.bucket) ?: return
        val before = step
        memory = model.grown(memory, larger)
        step = open()
        step.takeOver(before, position)
    }
}
