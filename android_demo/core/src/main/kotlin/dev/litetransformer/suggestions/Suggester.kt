package dev.litetransformer.suggestions

import dev.litetransformer.bundle.Bundle
import dev.litetransformer.bundle.Task
import dev.litetransformer.decoding.CallGuard
import dev.litetransformer.decoding.LanguageModel
import dev.litetransformer.decoding.intoModel
import dev.litetransformer.runtime.TensorModelFactory
import dev.litetransformer.text.TypedWords
import java.io.Closeable

/**
 * Suggests words while a text is typed, by the rules of docs/suggestions.md: the same bundle and text give the same words as in Python.
 *
 * A key costs at most one run of the model: what has been read is kept, and nothing is read before a word has ended. One call at a time, and closing, as with
 * [dev.litetransformer.decoding.Translator]; not on the main thread.
 *
 * @param bundle of the task language-model, with a vocabulary of typed words.
 * @param factory opens its model.
 * @param threads that one run of the model may use.
 * @param closesBundle whether [close] closes the bundle too.
 * @throws IllegalArgumentException the bundle is of another task, or its vocabulary of another kind.
 * @throws dev.litetransformer.runtime.TensorModelException the runtime cannot load the model.
 */
public class Suggester(bundle: Bundle, factory: TensorModelFactory, threads: Int = 1, closesBundle: Boolean = false) : Closeable {
    private val vocabulary: TypedWords
    private val completions: Completions
    private val sentence: ReadSentence
    private val guard: CallGuard

    init {
        val task = bundle.manifest.task
        require(task == Task.LANGUAGE_MODEL) { "The bundle's task must be ${Task.LANGUAGE_MODEL}. Received: $task" }
        require(threads >= 1) { "threads must be at least 1. Received: $threads" }
        vocabulary = requireNotNull(bundle.sourceVocabulary as? TypedWords) {
            "Suggestions need a language model with typed words. Received: one with ${bundle.sourceVocabulary::class.simpleName}"
        }
        completions = Completions(vocabulary)
        val model = factory.open(bundle.graph, threads).intoModel(bundle.manifest, ::LanguageModel)
        sentence = ReadSentence(model, vocabulary.eosId)
        guard = if (closesBundle) CallGuard(NAME, model, bundle) else CallGuard(NAME, model)
    }

    /**
     * Words for the end of a text, the likeliest first: the next ones behind a space or for an empty text, otherwise completions of the word that the text
     * ends in, which begin with its letters in the user's case.
     *
     * @param text up to the cursor.
     * @param count largest number of words.
     * @return fewer words where the vocabulary has no more, none where no word may begin, as behind a comma or a digit.
     * @throws dev.litetransformer.decoding.DecodingException.Busy another call is under way.
     * @throws dev.litetransformer.decoding.DecodingException.Closed after [close].
     */
    public fun suggest(text: String, count: Int = 3): List<String> = guard.call {
        require(count >= 1) { "count must be at least 1. Received: $count" }
        val typed = TypedWords.typed(text)
        val ids = sentence.recent(typed.context.map(vocabulary::idOf))
        val begun = typed.begun
        if (begun == null) {
            if (ids.isNotEmpty()) sentence.read(ids.dropLast(1)) // so that the next key has one token to read, not two
            return@call emptyList()
        }
        val candidates = completions.of(TypedWords.fold(begun))
        if (candidates.isEmpty()) return@call emptyList()
        val row = sentence.read(ids)
        val words = ArrayList<String>(count)
        for (id in best(candidates, row, count + 1)) {
            val word = spelt(vocabulary.words[id], begun, typed.context.isEmpty())
            if (word != begun && words.size < count) words += word
        }
        words
    }

    override fun close(): Unit = guard.close()

    public companion object {
        private const val NAME = "Suggester"

        /** The text when a suggestion is picked: the word that has begun becomes the suggestion, and a space follows. */
        public fun accept(text: String, suggestion: String): String = text.substring(0, TypedWords.beginOf(text)) + suggestion + " "

        /** The first [count] of [ids] by their value in [row], greatest first, on a tie the lowest id. */
        private fun best(ids: IntArray, row: FloatArray, count: Int): List<Int> {
            val found = ArrayList<Int>(count + 1)
            for (id in ids) {
                if (found.size == count && row[id] <= row[found.last()]) continue
                var place = found.size
                while (place > 0 && row[found[place - 1]] < row[id]) place--
                found.add(place, id)
                if (found.size > count) found.removeAt(count)
            }
            return found
        }

        private fun spelt(word: String, begun: String, first: Boolean): String = when {
            begun.isEmpty() -> if (first) word.substring(0, 1).uppercase() + word.substring(1) else word
            begun == begun.lowercase() -> word
            else -> begun + word.substring(begun.length).let { if (begun.length > 1 && begun == begun.uppercase()) it.uppercase() else it }
        }
    }
}
