package dev.litetransformer.demo

import android.content.res.Configuration
import android.graphics.Bitmap
import android.graphics.Canvas
import android.view.View
import android.view.ViewGroup
import android.widget.Button
import android.widget.TextView
import dev.litetransformer.demo.model.Models
import java.io.File
import org.junit.Assert.assertEquals
import org.junit.Assert.assertTrue
import org.junit.Test
import org.junit.runner.RunWith
import org.robolectric.RobolectricTestRunner
import org.robolectric.RuntimeEnvironment
import org.robolectric.annotation.Config

/** What the screen looks like; the pictures are written into the directory that the system property `screenshots` names. */
@RunWith(RobolectricTestRunner::class)
class LayoutTest {
    @Test
    @Config(qualifiers = "$PHONE-xhdpi")
    fun phone() = check("phone")

    @Test
    @Config(qualifiers = "$PHONE-night-xhdpi")
    fun dark() {
        check("phone-dark")
        val mode = RuntimeEnvironment.getApplication().resources.configuration.uiMode and Configuration.UI_MODE_NIGHT_MASK
        assertEquals(Configuration.UI_MODE_NIGHT_YES, mode)
    }

    @Test
    @Config(qualifiers = TABLET)
    fun tablet() = check("tablet") { demo ->
        assertTrue("the result must stand beside the text", leftOf(demo.view(R.id.output)) > demo.activity.window.decorView.width / 2)
    }

    @Test
    @Config(qualifiers = "de-$PHONE-xhdpi")
    fun german() {
        RuntimeEnvironment.setFontScale(2f)
        check("phone-german-large-font")
    }

    @Test
    @Config(qualifiers = "fr-$PHONE-night-xhdpi")
    fun frenchError() = Demo().use { demo ->
        demo.openDocument("photo.jpg", ByteArray(100))
        picture(demo, "phone-french-error")
        assertTrue(demo.text(R.id.message), demo.text(R.id.message).startsWith("« photo.jpg » n’est pas un modèle"))
    }

    @Test
    @Config(qualifiers = "$PHONE-xhdpi")
    fun summary() = check("phone-summary", model = "docstrings", text = DOCUMENT)

    @Test
    @Config(qualifiers = "$PHONE-night-xhdpi")
    fun completion() = check("phone-completion", model = "python-docs", text = "The function returns")

    private fun check(name: String, model: String? = null, text: String = Models.TEXT, more: (Demo) -> Unit = {}) = Demo().use { demo ->
        model?.let(demo::choose)
        assertTrue("an answer", demo.answer(text).isNotBlank())
        picture(demo, name)
        val views = descendants(demo.activity.window.decorView).filter { it.isShown }
        views.filterIsInstance<Button>().forEach(::checkButton)
        views.filter { it.isClickable }.forEach { assertTrue("a name for TalkBack: $it", nameOf(it).isNotBlank()) }
        more(demo)
    }

    /** Large enough for a finger, and its text not cut. */
    private fun checkButton(button: Button) {
        val density = button.resources.displayMetrics.density
        assertTrue("$button is less than 48 dp high", button.height >= MINIMUM_DP * density - 1)
        val layout = checkNotNull(button.layout)
        assertTrue("$button cuts its text", layout.height <= button.height)
        assertTrue("$button leaves the window", leftOf(button) + button.width <= button.rootView.width)
    }

    private fun nameOf(view: View): CharSequence {
        val label = descendants(view.rootView).firstOrNull { it.labelFor == view.id && view.id != View.NO_ID } as? TextView
        val own = view.contentDescription ?: (view as? TextView)?.let { it.text.ifEmpty { it.hint ?: "" } }
        return own ?: label?.text ?: descendants(view).filterIsInstance<TextView>().joinToString { it.text }
    }

    private fun descendants(view: View): List<View> =
        listOf(view) + ((view as? ViewGroup)?.let { group -> (0 until group.childCount).flatMap { descendants(group.getChildAt(it)) } }.orEmpty())

    private fun leftOf(view: View): Int = IntArray(2).also(view::getLocationInWindow)[0]

    private fun picture(demo: Demo, name: String) {
        val view = demo.activity.window.decorView
        // Where their animations will end.
        descendants(view).forEach { it.jumpDrawablesToCurrentState() }
        val bitmap = Bitmap.createBitmap(view.width, view.height, Bitmap.Config.ARGB_8888)
        view.draw(Canvas(bitmap))
        val directory = File(checkNotNull(System.getProperty("screenshots"))).also { it.mkdirs() }
        File(directory, "$name.png").outputStream().use { assertTrue(bitmap.compress(Bitmap.CompressFormat.PNG, 100, it)) }
        val pixels = IntArray(view.width * view.height).also { bitmap.getPixels(it, 0, view.width, 0, 0, view.width, view.height) }
        assertTrue("nothing is drawn", pixels.toSet().size > FEW_COLOURS)
    }

    private companion object {
        const val PHONE = "w411dp-h891dp-port"
        const val TABLET = "w1280dp-h800dp-land-mdpi"
        const val MINIMUM_DP = 48
        const val FEW_COLOURS = 20
        const val DOCUMENT = "Returns a copy of the array in which every element has been divided by the sum of all elements. The input is not changed. An error is " +
            "raised if the sum is zero."
    }
}
