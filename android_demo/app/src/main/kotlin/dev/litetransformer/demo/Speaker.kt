package dev.litetransformer.demo

import android.content.Context
import android.os.Handler
import android.os.Looper
import android.speech.tts.TextToSpeech
import android.speech.tts.UtteranceProgressListener
import java.io.Closeable
import java.util.Locale

/**
 * Speaks texts with the phone's own voices; the engine starts at the first text.
 *
 * @param onSpeaking is told on the main thread whether something is spoken.
 * @param onNoVoice is told the language for which there is no voice.
 */
internal class Speaker(private val context: Context, private val onSpeaking: (Boolean) -> Unit, private val onNoVoice: (String) -> Unit) : Closeable {
    private val main = Handler(Looper.getMainLooper())
    private var engine: TextToSpeech? = null
    private var isReady = false
    private var waiting: Pair<String, Locale>? = null
    private var isSpeaking = false

    /** Speaks a text, or stops when one is spoken. */
    fun toggle(text: String, locale: Locale) {
        if (isSpeaking) {
            engine?.stop()
            tell(false)
            return
        }
        waiting = text to locale
        if (engine == null) engine = TextToSpeech(context.applicationContext) { status -> main.post { started(status) } } else if (isReady) speak()
    }

    override fun close() {
        engine?.shutdown()
        engine = null
        isReady = false
        waiting = null
        isSpeaking = false
    }

    private fun started(status: Int) {
        isReady = status == TextToSpeech.SUCCESS
        if (isReady) {
            engine?.setOnUtteranceProgressListener(Progress())
            speak()
        } else {
            waiting?.let { (_, locale) -> onNoVoice(locale.toLanguageTag()) }
            close()
        }
    }

    private fun speak() {
        val (text, locale) = waiting ?: return
        val voice = engine ?: return
        waiting = null
        if (voice.setLanguage(locale) < TextToSpeech.LANG_AVAILABLE) {
            onNoVoice(locale.toLanguageTag())
            return
        }
        tell(true)
        // An engine takes no longer text at once.
        val most = TextToSpeech.getMaxSpeechInputLength() - 1
        val parts = text.chunked(most)
        parts.forEachIndexed { number, part ->
            val id = if (number == parts.lastIndex) LAST else "part"
            voice.speak(part, if (number == 0) TextToSpeech.QUEUE_FLUSH else TextToSpeech.QUEUE_ADD, null, id)
        }
    }

    private fun tell(isSpeaking: Boolean) {
        this.isSpeaking = isSpeaking
        onSpeaking(isSpeaking)
    }

    private inner class Progress : UtteranceProgressListener() {
        override fun onStart(id: String?) = Unit

        override fun onDone(id: String?) = ended(id)

        @Deprecated("Deprecated in Java")
        override fun onError(id: String?) = ended(id)

        override fun onStop(id: String?, isInterrupted: Boolean) = ended(id)

        private fun ended(id: String?) {
            if (id == LAST) main.post { if (engine?.isSpeaking != true) tell(false) }
        }
    }

    private companion object {
        const val LAST = "last"
    }
}
