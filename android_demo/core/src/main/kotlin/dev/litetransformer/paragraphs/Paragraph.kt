package dev.litetransformer.paragraphs

/**
 * A text of any length as sentences, and their translations as one text (docs/paragraphs.md).
 *
 * @property sentences its sentences.
 * @param gaps what stands in front of the first sentence, between them, and behind the last one.
 * @param isEscaped whether the text has entities, so that a translation needs them too.
 * @property tooLong sentences that had to be cut, as they are written.
 */
internal class Paragraph private constructor(
    val sentences: List<Sentence>,
    private val gaps: List<String>,
    private val isEscaped: Boolean,
    val tooLong: List<String>,
) {
    /** What stands in front of the first sentence. */
    val beginning: String get() = gaps[0]

    /** The translation of one sentence, and what stands behind it; that of a copied sentence is not used. */
    fun part(number: Int, translation: String): String {
        val sentence = sentences[number]
        return (if (sentence.isCopied) sentence.raw else sentence.answer(translation, isEscaped)) + gaps[number + 1]
    }

    /** The whole translation; [translations] has one text for each sentence. */
    fun joined(translations: List<String>): String = buildString {
        append(beginning)
        translations.forEachIndexed { number, translation -> append(part(number, translation)) }
    }

    /** What the model has written of a sentence, as it is shown before its spans are put into it. */
    fun escaped(partial: String): String = if (isEscaped) Entities.escape(partial) else partial

    companion object {
        /**
         * Reads a text.
         *
         * @param splitter finds its sentences.
         * @param cutter cuts those that are too long.
         * @param isSpaced whether the target language has spaces between sentences.
         */
        fun read(text: String, splitter: SentenceSplitter, cutter: Cutter, isSpaced: Boolean): Paragraph {
            val all = Markup.read(text)
            val begin = all.skip(0) { it.isSpace }
            val cells = all.subList(begin, all.trimmedEnd(begin, all.size))
            val tooLong = ArrayList<String>()
            val parts = splitter.ranges(cells).flatMap { sentence ->
                cutter.cut(cells, sentence).also {
                    if (it.size > 1 || cutter.isUnreadable(cells, it[0])) tooLong += cells.subList(sentence.begin, sentence.end).raw()
                }
            }
            val edges = listOf(0) + parts.flatMap { listOf(it.begin, it.end) } + cells.size
            val gaps = edges.chunked(2).mapIndexed { number, (first, last) ->
                val gap = cells.subList(first, last)
                if (number == 0 || number == parts.size) gap.raw() else adapted(gap, isSpaced)
            }
            val isEscaped = cells.any { it.kind == Kind.TEXT && it.raw != String(Character.toChars(it.code)) }
            val sentences = parts.map { Sentence(cells.subList(it.begin, it.end), cutter.isUnreadable(cells, it)) }
            return Paragraph(sentences, gaps, isEscaped, tooLong)
        }

        /** What stands between two sentences: line breaks and tags stay, spaces are those of the target language. */
        private fun adapted(gap: List<Cell>, isSpaced: Boolean): String = when {
            gap.any { it.isBreak } -> gap.raw()
            isSpaced -> gap.raw().ifEmpty { " " }
            else -> ""
        }
    }
}
