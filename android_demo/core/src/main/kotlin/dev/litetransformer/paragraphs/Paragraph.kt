package dev.litetransformer.paragraphs

/**
 * A text of any length as sentences, and their translations as one text (docs/paragraphs.md).
 *
 * @property sentences its sentences.
 * @param gaps what stands in front of the first sentence, between them, and behind the last one.
 * @param isEscaped whether the text has entities, so that a translation needs them too.
 */
internal class Paragraph private constructor(val sentences: List<Sentence>, private val gaps: List<String>, private val isEscaped: Boolean) {
    /** The translation of the first sentences and what stands behind them; [translations] has one text for each, that of a copied one is not used. */
    fun joined(translations: List<String>): String = buildString {
        append(gaps[0])
        translations.forEachIndexed { number, translation ->
            val sentence = sentences[number]
            append(if (sentence.isCopied) sentence.raw else sentence.answer(translation, isEscaped))
            append(gaps[number + 1])
        }
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
            val parts = splitter.ranges(cells).flatMap { cutter.cut(cells, it) }
            val edges = listOf(0) + parts.flatMap { listOf(it.begin, it.end) } + cells.size
            val gaps = edges.chunked(2).mapIndexed { number, (first, last) ->
                val gap = cells.subList(first, last)
                if (number == 0 || number == parts.size) gap.raw() else adapted(gap, isSpaced)
            }
            val isEscaped = cells.any { it.kind == Kind.TEXT && it.raw != String(Character.toChars(it.code)) }
            return Paragraph(parts.map { Sentence(cells.subList(it.begin, it.end)) }, gaps, isEscaped)
        }

        /** What stands between two sentences: line breaks and tags stay, spaces are those of the target language. */
        private fun adapted(gap: List<Cell>, isSpaced: Boolean): String = when {
            gap.any { it.isBreak } -> gap.raw()
            isSpaced -> gap.raw().ifEmpty { " " }
            else -> ""
        }
    }
}
