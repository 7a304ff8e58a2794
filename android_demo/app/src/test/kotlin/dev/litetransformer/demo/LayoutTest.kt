package dev.litetransformer.demo

import android.content.res.Configuration
import android.graphics.Bitmap
import android.graphics.Canvas
import android.view.View
import android.view.ViewGroup
import android.widget.Button
import android.widget.TextView
import dev.litetransformer.bundle.Task
import dev.litetransformer.demo.model.Models
import dev.litetransformer.demo.state.Sheet
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
    fun phone() = Demo().use { demo ->
        check(demo, "phone-start")
        demo.answer(Models.TEXT)
        check(demo, "phone")
        demo.answer("Where is the station? ".repeat(30).trim())
        check(demo, "phone-long")
    }

    @Test
    @Config(qualifiers = "$PHONE-night-xhdpi")
    fun dark() = Demo().use { demo ->
        demo.answer(Models.TEXT)
        check(demo, "phone-dark")
        val mode = RuntimeEnvironment.getApplication().resources.configuration.uiMode and Configuration.UI_MODE_NIGHT_MASK
        assertEquals(Configuration.UI_MODE_NIGHT_YES, mode)
    }

    @Test
    @Config(qualifiers = "w891dp-h411dp-land-xhdpi")
    fun landscape() = Demo().use { demo ->
        demo.answer(Models.TEXT)
        check(demo, "landscape")
        checkBeside(demo)
    }

    @Test
    @Config(qualifiers = TABLET)
    fun tablet() = Demo().use { demo ->
        demo.answer(Models.TEXT)
        check(demo, "tablet")
        checkBeside(demo)
        assertTrue("lines are not too long to read", demo.view<View>(R.id.column).width <= 1120)
    }

    @Test
    @Config(qualifiers = "de-$PHONE-xhdpi")
    fun german() {
        RuntimeEnvironment.setFontScale(2f)
        Demo().use { demo ->
            demo.choose(Models.translation.name)
            demo.answer(Models.TEXT)
            check(demo, "phone-german-large-font")
        }
    }

    @Test
    @Config(qualifiers = "fr-$PHONE-night-xhdpi")
    fun frenchError() = Demo().use { demo ->
        demo.openDocument("photo.jpg", ByteArray(100))
        demo.click(R.id.details)
        check(demo, "phone-french-error")
        assertTrue(demo.text(R.id.message), demo.text(R.id.message).startsWith("«\u00A0photo.jpg\u00A0» n’est pas un modèle"))
    }

    @Test
    @Config(qualifiers = "$PHONE-xhdpi")
    fun otherTasks() = Demo().use { demo ->
        demo.choose(Models.first(Task.SUMMARIZATION).name)
        demo.answer(DOCUMENT)
        check(demo, "phone-summary")
        demo.choose(Models.first(Task.LANGUAGE_MODEL).name)
        demo.type("The function ")
        demo.settle()
        check(demo, "phone-suggestions")
        demo.answer("The function returns")
        check(demo, "phone-completion")
    }

    @Test
    @Config(qualifiers = "$PHONE-xhdpi")
    fun sheets() = Demo().use { demo ->
        demo.answer(Models.TEXT)
        demo.machine.notes.toggleFavourite()
        demo.answer("How much does it cost?")
        demo.machine.notes.remember()
        for ((sheet, name) in mapOf(Sheet.Models to "phone-models", Sheet.History to "phone-history", Sheet.Options to "phone-settings")) {
            demo.machine.open(sheet)
            demo.idleMain()
            check(demo, name)
        }
        demo.machine.open(null)
        demo.openDocument("mine.ltpk", Models.bytes(Models.translation))
        demo.machine.library.askToRemove(checkNotNull(demo.state.model))
        demo.idleMain()
        picture(demo, "phone-removal")
    }

    @Test
    @Config(qualifiers = "$PHONE-xhdpi")
    fun selection() = Selection("I would like a cup of coffee, please.").use { check(it, "selection") }

    @Test
    @Config(qualifiers = "ar-ldrtl-$PHONE-xhdpi")
    fun rightToLeft() = Demo().use { demo ->
        demo.answer(Models.TEXT)
        check(demo, "phone-right-to-left")
    }

    private fun checkBeside(demo: Demo) {
        val (input, output) = listOf(R.id.input, R.id.output).map { demo.view<View>(it) }
        assertTrue("the result stands beside the text", leftOf(output) > leftOf(input) + input.width)
    }

    private fun check(stage: Stage<*>, name: String) {
        picture(stage, name)
        val top = stage.dialog?.window?.decorView ?: stage.activity.window.decorView
        val views = descendants(top).filter { it.isShown }
        views.filterIsInstance<Button>().forEach(::checkButton)
        views.filter { it.isClickable && it !is ViewGroup }.forEach { assertTrue("a name for TalkBack: $it", nameOf(it).isNotBlank()) }
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
        val own = view.contentDescription ?: (view as? TextView)?.let { it.text.ifEmpty { it.hint ?: "" } }
        return own ?: descendants(view).filterIsInstance<TextView>().joinToString { it.text }
    }

    private fun descendants(view: View): List<View> =
        listOf(view) + ((view as? ViewGroup)?.let { group -> (0 until group.childCount).flatMap { descendants(group.getChildAt(it)) } }.orEmpty())

    private fun leftOf(view: View): Int = IntArray(2).also(view::getLocationInWindow)[0]

    /** Draws the screen, and a dialog over it where the window manager would put it. */
    private fun picture(stage: Stage<*>, name: String) {
        val metrics = stage.activity.resources.displayMetrics
        val bitmap = Bitmap.createBitmap(metrics.widthPixels, metrics.heightPixels, Bitmap.Config.ARGB_8888)
        val canvas = Canvas(bitmap)
        val below = stage.activity.window.decorView
        val isFloating = stage is Selection
        if (isFloating) canvas.drawColor(SCRIM)
        draw(below, canvas, (metrics.widthPixels - below.width) / 2f, (metrics.heightPixels - below.height) / 2f)
        stage.dialog?.window?.decorView?.let { over ->
            canvas.drawColor(SCRIM)
            val isQuestion = stage.state.sheet is Sheet.Removal
            val space = (metrics.heightPixels - over.height).toFloat()
            draw(over, canvas, (metrics.widthPixels - over.width) / 2f, if (isQuestion) space / 2 else space)
        }
        val directory = File(checkNotNull(System.getProperty("screenshots"))).also { it.mkdirs() }
        File(directory, "$name.png").outputStream().use { assertTrue(bitmap.compress(Bitmap.CompressFormat.PNG, 100, it)) }
        val pixels = IntArray(bitmap.width * bitmap.height).also { bitmap.getPixels(it, 0, bitmap.width, 0, 0, bitmap.width, bitmap.height) }
        assertTrue("nothing is drawn", pixels.toSet().size > FEW_COLOURS)
    }

    private fun draw(view: View, canvas: Canvas, left: Float, top: Float) {
        // Where their animations will end.
        descendants(view).forEach { it.jumpDrawablesToCurrentState() }
        canvas.save()
        canvas.translate(left, top)
        view.draw(canvas)
        canvas.restore()
    }

    private companion object {
        const val PHONE = "w411dp-h891dp-port"
        const val TABLET = "w1280dp-h800dp-land-mdpi"
        const val MINIMUM_DP = 48
        const val FEW_COLOURS = 20
        const val SCRIM = 0x99000000.toInt()
        const val DOCUMENT = "Returns a copy of the array in which every element has been divided by the sum of all elements. The input is not changed. An error is " +
            "raised if the sum is zero."
    }
}
