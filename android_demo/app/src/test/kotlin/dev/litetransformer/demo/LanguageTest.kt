package dev.litetransformer.demo

import android.icu.util.ULocale
import android.speech.tts.TextToSpeech
import android.text.Spanned
import android.text.style.LocaleSpan
import android.view.View
import android.view.textclassifier.TextClassificationManager
import android.view.textclassifier.TextClassifier
import android.view.textclassifier.TextLanguage
import android.widget.EditText
import android.widget.TextView
import dev.litetransformer.demo.model.Models
import java.util.Locale
import org.junit.Assert.assertEquals
import org.junit.Assert.assertFalse
import org.junit.Assert.assertTrue
import org.junit.Test
import org.junit.runner.RunWith
import org.robolectric.RobolectricTestRunner
import org.robolectric.Shadows.shadowOf
import org.robolectric.annotation.Config
import org.robolectric.shadows.ShadowTextToSpeech

/** Languages of texts, voices and the screen. */
@RunWith(RobolectricTestRunner::class)
class LanguageTest {
    private val target = Locale.forLanguageTag(Models.languages[1])

    @Test
    @Config(qualifiers = "de")
    fun textsHaveTheirOwnLanguage() = Demo().use { demo ->
        demo.choose(Models.translation.name)
        demo.answer("Good morning.")
        val input = demo.view<EditText>(R.id.input)
        assertEquals("en", input.textLocale.language)
        assertEquals("en", input.imeHintLocales?.get(0)?.language)
        val output = demo.view<TextView>(R.id.output)
        assertEquals(Models.languages[1], output.textLocale.language)
        val span = (output.text as Spanned).getSpans(0, 1, LocaleSpan::class.java).single()
        assertEquals("TalkBack speaks it with a voice of its language", Models.languages[1], span.locale?.language)
        assertTrue(demo.text(R.id.status), "dieser Text brauchte" in demo.text(R.id.status))
    }

    @Test
    fun speaksTheResult() = Demo().use { demo ->
        ShadowTextToSpeech.addLanguageAvailability(target)
        val result = demo.answer("Good morning.")
        demo.click(R.id.speak)
        val engine = ShadowTextToSpeech.getLastTextToSpeechInstance()
        shadowOf(engine).onInitListener.onInit(TextToSpeech.SUCCESS)
        demo.idleMain()
        assertEquals(result, shadowOf(engine).lastSpokenText)
        assertEquals(target, shadowOf(engine).currentLanguage)
    }

    @Test
    fun saysWhenThereIsNoVoice() = Demo().use { demo ->
        demo.answer("Good morning.")
        demo.click(R.id.speak)
        shadowOf(ShadowTextToSpeech.getLastTextToSpeechInstance()).onInitListener.onInit(TextToSpeech.ERROR)
        demo.idleMain()
        assertEquals("This phone has no voice for ${target.getDisplayName(Locale.ENGLISH)}.", demo.text(R.id.message))
    }

    @Test
    fun saysWhatATextLooksLike() {
        val manager = Demo.application.getSystemService(TextClassificationManager::class.java)
        manager.setTextClassifier(object : TextClassifier {
            override fun detectLanguage(request: TextLanguage.Request): TextLanguage {
                val language = if ("Buongiorno" in request.text) ULocale.ITALIAN else ULocale.ENGLISH
                return TextLanguage.Builder().putLocale(language, 0.9f).build()
            }
        })
        Demo().use { demo ->
            demo.answer("Good morning to all of you.")
            assertFalse(demo.isShown(R.id.guess))
            demo.answer("Buongiorno a tutti voi.")
            assertEquals("This looks like Italian; there is no model for it", demo.text(R.id.guess))
            assertTrue(demo.isShown(R.id.guess))
            assertFalse("no model is installed", demo.isEnabled(R.id.guess))
        }
    }

    @Test
    @Config(qualifiers = "ar-ldrtl-w411dp-h891dp-port-mdpi")
    fun readsFromTheRightWhereThatIsTheCustom() = Demo().use { demo ->
        demo.answer("Good morning.")
        val (source, target) = listOf(R.id.source, R.id.target).map { leftOf(demo.view(it)) }
        assertTrue("the text's language stands on the right: $source, $target", source > target)
        assertTrue("clearing is on the left", leftOf(demo.view(R.id.clear)) < leftOf(demo.view(R.id.input)))
        assertTrue("the first button is the rightmost", leftOf(demo.view(R.id.speak)) > leftOf(demo.view(R.id.share)))
    }

    private fun leftOf(view: View): Int = IntArray(2).also(view::getLocationInWindow)[0]
}
