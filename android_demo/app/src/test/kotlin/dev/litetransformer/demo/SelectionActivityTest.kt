package dev.litetransformer.demo

import android.content.Intent
import dev.litetransformer.bundle.Task
import dev.litetransformer.demo.model.Models
import org.junit.Assert.assertEquals
import org.junit.Assert.assertFalse
import org.junit.Assert.assertTrue
import org.junit.Test
import org.junit.runner.RunWith
import org.robolectric.RobolectricTestRunner
import org.robolectric.Shadows.shadowOf

@RunWith(RobolectricTestRunner::class)
class SelectionActivityTest {
    @Test
    fun translatesASelectionAtOnceAndReplacesIt() = Selection("Good morning.").use { selection ->
        assertEquals("Good morning.", selection.text(R.id.original))
        assertEquals(Models.translate("Good morning.").text, selection.text(R.id.output))
        selection.click(R.id.replace)
        assertTrue(selection.activity.isFinishing)
        val result = shadowOf(selection.activity).resultIntent.getCharSequenceExtra(Intent.EXTRA_PROCESS_TEXT)
        assertEquals(Models.translate("Good morning.").text, result.toString())
    }

    @Test
    fun leavesAReadOnlySelection() = Selection("Good morning.", isReadOnly = true).use { selection ->
        assertTrue(selection.isEnabled(R.id.copy))
        assertFalse(selection.isShown(R.id.replace))
    }

    @Test
    fun translatesWhateverTheAppIsUsedFor() {
        Demo().use { it.choose(Models.first(Task.LANGUAGE_MODEL).name) }
        Selection("Good morning.").use { selection ->
            assertEquals(Task.TRANSLATION, selection.state.task)
            assertEquals(Models.translate("Good morning.").text, selection.text(R.id.output))
        }
    }

    @Test
    fun isOfferedForSelectedText() {
        val intent = Intent(Intent.ACTION_PROCESS_TEXT).setType("text/plain")
        val offered = Demo.application.packageManager.queryIntentActivities(intent, 0).single { it.activityInfo.packageName == Demo.application.packageName }
        assertEquals("Translate offline", offered.loadLabel(Demo.application.packageManager).toString())
    }

    @Test
    fun goesOnInTheApp() = Selection("Good morning.").use { selection ->
        selection.click(R.id.open_app)
        val opened = shadowOf(selection.activity).nextStartedActivity
        assertEquals(Intent.ACTION_SEND to "Good morning.", opened.action to opened.getStringExtra(Intent.EXTRA_TEXT))
    }
}
