package dev.litetransformer.demo.screen

import dev.litetransformer.bundle.Task

/** Sentences to begin with, in the language of the model, whatever the app's own is. */
internal object Examples {
    private val TRANSLATION = mapOf(
        "en" to listOf("Where is the station?", "I am allergic to peanuts.", "A table for two, please.", "How much does it cost?"),
        "fr" to listOf("Où est la gare ?", "Je suis allergique aux arachides.", "Une table pour deux, s’il vous plaît.", "Combien ça coûte ?"),
        "de" to listOf("Wo ist der Bahnhof?", "Ich bin gegen Erdnüsse allergisch.", "Einen Tisch für zwei, bitte.", "Wie viel kostet das?"),
        "es" to listOf("¿Dónde está la estación?", "Soy alérgico a los cacahuetes.", "Una mesa para dos, por favor.", "¿Cuánto cuesta?"),
    )
    private val SUMMARIZATION = mapOf(
        "en" to listOf(
            "Returns a copy of the array in which every element has been divided by the sum of all elements. The input is not changed. " +
                "An error is raised if the sum is zero.",
        ),
    )
    private val COMPLETION = mapOf("en" to listOf("I would like", "The function returns"))

    /** Those of a task in a language; none for another one than these. */
    fun of(task: Task, language: String?): List<String> {
        val code = language?.substringBefore('-') ?: if (task == Task.TRANSLATION) null else "en"
        val all = when (task) {
            Task.TRANSLATION -> TRANSLATION
            Task.SUMMARIZATION -> SUMMARIZATION
            Task.LANGUAGE_MODEL -> COMPLETION
        }
        return all[code].orEmpty()
    }
}
