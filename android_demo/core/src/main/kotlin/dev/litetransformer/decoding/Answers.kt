package dev.litetransformer.decoding

import dev.litetransformer.bundle.Calibration
import dev.litetransformer.bundle.Task

/** A way of comparing an answer with its source: [compare] takes the items of both and gives the texts of the faults. */
private enum class CheckKind(val compare: (List<Item>, List<Item>) -> List<String>) {
    /** The answer must have what the source has. */
    MISSING(CopyCheck::missing),

    /** The answer may only have what the source has. */
    ADDED(CopyCheck::unsupported),
}

/** The check of each task that has one. */
private val CHECKS = mapOf(Task.TRANSLATION to CheckKind.MISSING, Task.SUMMARIZATION to CheckKind.ADDED)

/** From a search's finished hypotheses to answers (docs/trust.md): no text twice, faithful ones first, each with its confidence. */
internal class AnswerRules(task: Task, calibration: Calibration?) {
    private val check = CHECKS[task]
    private val confidence = calibration?.let { Confidence(it) }

    /**
     * The answers, best first, at most `options.nBest`.
     *
     * @param source the text that was read.
     * @param found all finished hypotheses, best first.
     * @param decode turns ids into their text.
     */
    fun answers(source: String, options: DecodingOptions, found: List<Scored>, decode: (IntArray) -> String): List<Hypothesis> {
        val items = if (options.copyCheck && check != null) CopyCheck.items(source) else emptyList()
        val used = check.takeIf { options.copyCheck && (items.isNotEmpty() || check == CheckKind.ADDED) }
        val compared = if (used == null && options.nBest == 1) found.take(1) else found
        val chosen = LinkedHashMap<String, Hypothesis>()
        for (scored in compared) {
            val answer = judged(decode(scored.ids), scored, options, used, items)
            chosen.putIfAbsent(answer.text, answer)
        }
        return chosen.values.sortedBy { it.faults }.take(options.nBest)
    }

    private fun judged(text: String, scored: Scored, options: DecodingOptions, used: CheckKind?, items: List<Item>): Hypothesis {
        val faults = used?.compare?.invoke(items, CopyCheck.items(text)).orEmpty()
        val written = if (faults.isNotEmpty() && used == CheckKind.MISSING) CopyCheck.mended(items, text) else text
        val isMended = written != text
        val sureness = Confidence.sureness(scored.score.toDouble(), scored.ids.size + 1, options.lengthPenalty)
        return Hypothesis(
            written,
            scored.ids.asList(),
            scored.score,
            missing = if (used == CheckKind.MISSING && !isMended) faults else emptyList(),
            added = if (used == CheckKind.ADDED) faults else emptyList(),
            confidence = confidence?.of(sureness, faults.isNotEmpty()),
            mended = if (isMended) faults else emptyList(),
        )
    }
}
