package dev.litetransformer.demo

import android.graphics.Insets
import android.graphics.Rect
import android.view.View
import android.view.WindowInsets
import android.widget.EditText
import dev.litetransformer.demo.model.Models
import org.junit.Assert.assertEquals
import org.junit.Assert.assertTrue
import org.junit.Test
import org.junit.runner.RunWith
import org.robolectric.RobolectricTestRunner
import org.robolectric.annotation.Config

/** With the keyboard open, what is typed and what comes of it both stand above it. */
@RunWith(RobolectricTestRunner::class)
class KeyboardTest {
    @Test
    @Config(qualifiers = "w360dp-h640dp-port-mdpi")
    fun smallPhone() = check(keyboard = 260)

    @Test
    @Config(qualifiers = "w411dp-h891dp-port-mdpi")
    fun phone() = check(keyboard = 320)

    @Test
    @Config(qualifiers = "w891dp-h411dp-land-mdpi")
    fun landscape() = check(keyboard = 200)

    @Test
    @Config(qualifiers = "w640dp-h360dp-land-mdpi")
    fun smallLandscape() = check(keyboard = 190)

    private fun check(keyboard: Int) = Demo().use { demo ->
        demo.answer(Models.TEXT)
        open(demo, keyboard)
        checkSight(demo, keyboard, "a short text")
        demo.answer("Where is the station? ".repeat(40).trim())
        open(demo, keyboard)
        checkSight(demo, keyboard, "a long text")
    }

    private fun open(demo: Demo, keyboard: Int) {
        val bars = WindowInsets.Type.systemBars()
        val insets = WindowInsets.Builder()
            .setInsets(bars, Insets.of(0, STATUS_BAR, 0, NAVIGATION_BAR))
            .setInsets(WindowInsets.Type.ime(), Insets.of(0, 0, 0, keyboard))
            .setVisible(WindowInsets.Type.ime(), true)
            .build()
        demo.activity.window.decorView.dispatchApplyWindowInsets(insets)
        layOut(demo)
        demo.idleMain()
        layOut(demo)
    }

    private fun layOut(demo: Demo) {
        val root = demo.activity.window.decorView
        root.measure(View.MeasureSpec.makeMeasureSpec(root.width, View.MeasureSpec.EXACTLY), View.MeasureSpec.makeMeasureSpec(root.height, View.MeasureSpec.EXACTLY))
        root.layout(0, 0, root.width, root.height)
    }

    private fun checkSight(demo: Demo, keyboard: Int, case: String) {
        val edge = demo.activity.window.decorView.height - keyboard
        val input = demo.view<EditText>(R.id.input)
        input.requestFocus()
        input.setSelection(input.length())
        input.bringPointIntoView(input.length())
        demo.idleMain()
        val layout = input.layout
        val line = layout.getLineForOffset(input.length())
        val top = topOf(input) + input.totalPaddingTop + layout.getLineTop(line) - input.scrollY
        val bottom = top + layout.getLineBottom(line) - layout.getLineTop(line)
        assertTrue("$case: the line with the cursor ends at $bottom, the keyboard begins at $edge", bottom <= edge)
        assertTrue("$case: the line with the cursor is above the field", top >= topOf(input))
        val output = demo.view<View>(R.id.output)
        val seen = Rect()
        assertTrue("$case: the result is in sight", output.getGlobalVisibleRect(seen))
        assertTrue("$case: the result begins at ${seen.top}, the keyboard at $edge", seen.top + output.resources.displayMetrics.density * LINE <= edge)
        assertEquals("$case: its beginning", topOf(output), seen.top)
    }

    private fun topOf(view: View): Int = IntArray(2).also(view::getLocationInWindow)[1]

    private companion object {
        const val STATUS_BAR = 24
        const val NAVIGATION_BAR = 48

        /** Height of a line of the result. */
        const val LINE = 26
    }
}
