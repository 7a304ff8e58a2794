package dev.litetransformer.demo

import android.content.ClipboardManager
import android.content.Intent
import android.content.pm.PackageManager
import android.view.View
import android.widget.RadioButton
import android.widget.TextView
import dev.litetransformer.demo.model.Models
import dev.litetransformer.demo.model.Search
import org.junit.Assert.assertEquals
import org.junit.Assert.assertFalse
import org.junit.Assert.assertNotEquals
import org.junit.Assert.assertNotSame
import org.junit.Assert.assertNull
import org.junit.Assert.assertSame
import org.junit.Assert.assertTrue
import org.junit.Test
import org.junit.runner.RunWith
import org.robolectric.RobolectricTestRunner
import org.robolectric.Shadows.shadowOf

@RunWith(RobolectricTestRunner::class)
class MainActivityTest {
    @Test
    fun translatesAsCoreDoes() = Demo().use { demo ->
        assertTrue(demo.view<RadioButton>(R.id.search_wide).isChecked)
        val expected = Models.translate(Models.TEXT)
        assertEquals(expected.text, demo.answer(Models.TEXT))
        assertEquals(expected.tokens, demo.state.figures?.tokens)
        assertFalse(demo.isShown(R.id.message))
        assertTrue(demo.text(R.id.status), demo.text(R.id.status).startsWith("${expected.tokens} tokens in "))
    }

    @Test
    fun greedyIsGreedy() = Demo().use { demo ->
        demo.click(R.id.search_greedy)
        assertEquals(Search.GREEDY, demo.state.search)
        assertEquals(Models.translate(Models.TEXT, Search.GREEDY).text, demo.answer(Models.TEXT))
    }

    @Test
    fun answersWithEveryModelThatItBrings() = Demo().use { demo ->
        demo.click(R.id.search_greedy)
        for (model in Models.packed) {
            demo.choose(model.name)
            assertEquals(model.name, Models.answer(model, PROMPT, Search.GREEDY).text, demo.answer(PROMPT))
            assertFalse(demo.text(R.id.message), demo.isShown(R.id.message))
        }
    }

    @Test
    fun goesOnThroughARotation() = duringAnAnswer({ demo ->
        val (before, partial) = demo.activity to demo.text(R.id.output)
        val presenter = demo.presenter
        demo.rotate()
        assertNotSame(before, demo.activity)
        assertSame(presenter, demo.presenter)
        assertEquals(Models.TEXT, demo.text(R.id.input))
        assertEquals(partial, demo.text(R.id.output))
        assertTrue(demo.isShown(R.id.cancel))
    }) { demo ->
        assertEquals(Models.translate(Models.TEXT).text, demo.text(R.id.output))
    }

    @Test
    fun stopsAndStartsAgain() = duringAnAnswer({ it.click(R.id.cancel) }) { demo ->
        assertEquals("Stopped.", demo.text(R.id.message))
        assertNotEquals("it is no failure", demo.activity.getColor(R.color.error), demo.view<TextView>(R.id.message).currentTextColor)
        assertFalse(demo.isShown(R.id.cancel))
        assertEquals(Models.translate(Models.TEXT).text, demo.answer(Models.TEXT))
        assertFalse(demo.isShown(R.id.message))
    }

    @Test
    fun survivesTheDeathOfItsProcess() {
        val saved = Demo().use { demo ->
            demo.click(R.id.search_greedy)
            demo.answer(Models.TEXT)
            demo.die()
        }
        Demo(saved = saved).use { demo ->
            assertEquals(Models.TEXT, demo.text(R.id.input))
            assertEquals(Models.translate(Models.TEXT, Search.GREEDY).text, demo.text(R.id.output))
            assertEquals(Search.GREEDY, demo.state.search)
        }
    }

    @Test
    fun copiesAndShares() = Demo().use { demo ->
        assertFalse(demo.isShown(R.id.share))
        val result = demo.answer(Models.TEXT)
        demo.click(R.id.copy)
        val clip = demo.activity.getSystemService(ClipboardManager::class.java).primaryClip
        assertEquals(result, clip?.getItemAt(0)?.text)
        demo.click(R.id.share)
        val sent = shadowOf(demo.activity).nextStartedActivity.getParcelableExtra(Intent.EXTRA_INTENT, Intent::class.java)
        assertEquals(Intent.ACTION_SEND, sent?.action)
        assertEquals(result, sent?.getStringExtra(Intent.EXTRA_TEXT))
    }

    @Test
    fun takesSharedText() = Demo(Intent(Intent.ACTION_SEND).setType("text/plain").putExtra(Intent.EXTRA_TEXT, "Good morning.")).use { demo ->
        assertEquals("Good morning.", demo.text(R.id.input))
        demo.click(R.id.run)
        demo.settle()
        assertEquals(Models.translate("Good morning.").text, demo.text(R.id.output))
        assertFalse(demo.isShown(R.id.replace))
    }

    @Test
    fun saysWhenNothingWasShared() = Demo(Intent(Intent.ACTION_SEND).setType("text/plain")).use { demo ->
        assertEquals("What was shared holds no text.", demo.text(R.id.message))
    }

    @Test
    fun replacesASelection() = Demo(selection("Good morning.", isReadOnly = false)).use { demo ->
        demo.click(R.id.run)
        demo.settle()
        demo.click(R.id.replace)
        assertTrue(demo.activity.isFinishing)
        val result = shadowOf(demo.activity).resultIntent.getCharSequenceExtra(Intent.EXTRA_PROCESS_TEXT)
        assertEquals(Models.translate("Good morning.").text, result.toString())
    }

    @Test
    fun leavesAReadOnlySelection() = Demo(selection("Good morning.", isReadOnly = true)).use { demo ->
        demo.click(R.id.run)
        demo.settle()
        assertTrue(demo.isShown(R.id.copy))
        assertFalse(demo.isShown(R.id.replace))
    }

    @Test
    fun opensAModelOfTheUsers() = Demo().use { demo ->
        demo.openDocument("mine.ltpk", Models.bytes(Models.translation))
        assertEquals("added/mine", demo.state.modelId)
        assertEquals(Models.translate(Models.TEXT).text, demo.answer(Models.TEXT))
    }

    @Test
    fun asksForNoPermission() = Demo().use { demo ->
        val info = demo.activity.packageManager.getPackageInfo(demo.activity.packageName, PackageManager.GET_PERMISSIONS)
        assertNull(info.requestedPermissions?.joinToString())
    }

    @Test
    fun readsResultsAloudOnceTheyAreWhole() = duringAnAnswer({ demo ->
        assertEquals(View.ACCESSIBILITY_LIVE_REGION_NONE, demo.view<View>(R.id.output).accessibilityLiveRegion)
    }) { demo ->
        assertEquals(View.ACCESSIBILITY_LIVE_REGION_POLITE, demo.view<View>(R.id.output).accessibilityLiveRegion)
    }

    /** Calls [act] in the middle of an answer, and [check] when it has ended. */
    private fun duringAnAnswer(act: (Demo) -> Unit, check: (Demo) -> Unit) {
        val gate = Gate(Demo.application.runtime, step = 4)
        Demo.application.runtime = gate
        Demo().use { demo ->
            demo.type(Models.TEXT)
            demo.click(R.id.run)
            gate.awaitReached()
            demo.idleMain()
            act(demo)
            gate.open()
            demo.settle()
            check(demo)
        }
    }

    private fun selection(text: String, isReadOnly: Boolean) = Intent(Intent.ACTION_PROCESS_TEXT).setType("text/plain")
        .putExtra(Intent.EXTRA_PROCESS_TEXT, text).putExtra(Intent.EXTRA_PROCESS_TEXT_READONLY, isReadOnly)

    private companion object {
        /** Means something to models of all three tasks. */
        const val PROMPT = "Return the number of items in the list."
    }
}
