package dev.litetransformer.demo

import android.annotation.TargetApi
import android.content.Context
import android.os.Build
import android.view.textclassifier.TextClassificationManager
import android.view.textclassifier.TextLanguage

/** Asks the phone which language a text is in; on Android 10 and newer, and only where the phone has a classifier. */
internal class LanguageGuess(private val context: Context) {
    /** The language's code, or null when the phone cannot say or is not sure. On a background thread. */
    fun of(text: String): String? = if (Build.VERSION.SDK_INT < Build.VERSION_CODES.Q || text.length < SHORTEST) null else Newer.of(context, text.take(LONGEST))

    @TargetApi(Build.VERSION_CODES.Q)
    private object Newer {
        fun of(context: Context, text: String): String? {
            val classifier = context.getSystemService(TextClassificationManager::class.java)?.textClassifier ?: return null
            val found = classifier.detectLanguage(TextLanguage.Request.Builder(text).build())
            if (found.localeHypothesisCount == 0) return null
            val likeliest = found.getLocale(0)
            return likeliest.language.takeIf { found.getConfidenceScore(likeliest) >= LEAST_CONFIDENCE }
        }
    }

    private companion object {
        // A word or two are the same in many languages.
        const val SHORTEST = 12
        const val LONGEST = 1000
        const val LEAST_CONFIDENCE = 0.7f
    }
}
