package dev.litetransformer.demo

import android.content.ClipboardManager
import android.content.Intent
import android.content.pm.PackageManager
import android.net.Uri
import android.view.View
import android.view.ViewGroup
import android.widget.TextView
import dev.litetransformer.bundle.Task
import dev.litetransformer.demo.model.Models
import dev.litetransformer.demo.model.Search
import dev.litetransformer.demo.state.Sheet
import org.junit.Assert.assertEquals
import org.junit.Assert.assertFalse
import org.junit.Assert.assertNotSame
import org.junit.Assert.assertNull
import org.junit.Assert.assertSame
import org.junit.Assert.assertTrue
import org.junit.Test
import org.junit.runner.RunWith
import org.robolectric.RobolectricTestRunner
import org.robolectric.Shadows.shadowOf
import org.robolectric.shadows.ShadowAlertDialog

@RunWith(RobolectricTestRunner::class)
class MainActivityTest {
    @Test
    fun translatesWhileTyping() = Demo().use { demo ->
        demo.type(Models.TEXT)
        assertFalse("nothing is asked for", demo.isShown(R.id.run))
        demo.settle()
        val expected = Models.translate(Models.TEXT)
        assertEquals(expected.text, demo.text(R.id.output))
        assertFalse(demo.isShown(R.id.message))
        assertTrue(demo.text(R.id.status), Regex("${expected.tokens} tokens · this text took \\d+ ms|.* s").matches(demo.text(R.id.status)))
        assertTrue("its alternatives stand below it", demo.isShown(R.id.alternatives))
        val other = demo.view<ViewGroup>(R.id.alternatives).getChildAt(2) as TextView
        other.performClick()
        demo.idleMain()
        assertEquals(other.text.toString(), demo.text(R.id.output))
    }

    @Test
    fun settingsAreFoldedAwayAndKept() {
        Demo().use { demo ->
            demo.click(R.id.show_options)
            demo.click(R.id.search_greedy)
            demo.click(R.id.automatic)
            demo.click(R.id.sheet_close)
            assertNull(demo.dialog)
            demo.type(Models.TEXT)
            demo.settle()
            assertFalse("not by itself", demo.isShown(R.id.output))
            demo.click(R.id.run)
            demo.settle()
            assertEquals(Models.translate(Models.TEXT, Search.GREEDY).text, demo.text(R.id.output))
        }
        Demo().use { demo -> assertEquals(Search.GREEDY to false, demo.state.settings.run { search to isAutomatic }) }
    }

    @Test
    fun answersWithEveryModelThatItBrings() = Demo().use { demo ->
        demo.machine.change(demo.state.settings.copy(search = Search.GREEDY))
        for (model in Models.packed) {
            if (demo.state.model?.name != model.name) demo.choose(model.name)
            assertEquals(model.name, Models.answer(model, PROMPT, Search.GREEDY).text, demo.answer(PROMPT))
            assertFalse(demo.text(R.id.message), demo.isShown(R.id.message))
        }
    }

    @Test
    fun goesOnThroughARotation() = duringAnAnswer({ demo ->
        val (before, partial) = demo.activity to demo.text(R.id.output)
        val machine = demo.machine
        demo.rotate()
        assertNotSame(before, demo.activity)
        assertSame(machine, demo.machine)
        assertEquals(Models.TEXT, demo.text(R.id.input))
        assertEquals(partial, demo.text(R.id.output))
        assertTrue(demo.isShown(R.id.stop))
    }) { demo ->
        assertEquals(Models.translate(Models.TEXT).text, demo.text(R.id.output))
    }

    @Test
    fun aHalfResultIsNotOffered() = duringAnAnswer({ demo ->
        assertTrue(demo.text(R.id.output).isNotEmpty())
        RESULT_BUTTONS.forEach { assertFalse(demo.isEnabled(it)) }
        assertEquals("it is not read aloud", View.ACCESSIBILITY_LIVE_REGION_NONE, demo.view<View>(R.id.output).accessibilityLiveRegion)
        demo.click(R.id.stop)
        assertEquals("Stopped.", demo.text(R.id.message))
        assertEquals("Only the beginning", demo.text(R.id.status))
        RESULT_BUTTONS.forEach { assertFalse(demo.isEnabled(it)) }
    }) { demo ->
        assertEquals("Only the beginning", demo.text(R.id.status))
        demo.click(R.id.run)
        demo.settle()
        assertEquals(Models.translate(Models.TEXT).text, demo.text(R.id.output))
        RESULT_BUTTONS.forEach { assertTrue(demo.isEnabled(it)) }
        assertEquals(View.ACCESSIBILITY_LIVE_REGION_POLITE, demo.view<View>(R.id.output).accessibilityLiveRegion)
        demo.type("Another text.")
        RESULT_BUTTONS.forEach { assertFalse("of another text", demo.isEnabled(it)) }
    }

    @Test
    fun survivesTheDeathOfItsProcess() {
        val saved = Demo().use { demo ->
            demo.answer(Models.TEXT)
            demo.die()
        }
        Demo(saved = saved).use { demo ->
            assertEquals(Models.TEXT, demo.text(R.id.input))
            assertEquals(Models.translate(Models.TEXT).text, demo.text(R.id.output))
            assertTrue(demo.isEnabled(R.id.copy))
        }
    }

    @Test
    fun copiesAndShares() = Demo().use { demo ->
        assertFalse(demo.isShown(R.id.share))
        val result = demo.answer(Models.TEXT)
        demo.click(R.id.copy)
        val clip = demo.activity.getSystemService(ClipboardManager::class.java).primaryClip
        assertEquals(result, clip?.getItemAt(0)?.text.toString())
        demo.click(R.id.share)
        val sent = shadowOf(demo.activity).nextStartedActivity.getParcelableExtra(Intent.EXTRA_INTENT, Intent::class.java)
        assertEquals(Intent.ACTION_SEND to result, sent?.action to sent?.getStringExtra(Intent.EXTRA_TEXT))
        assertEquals("what was used is kept", result, demo.state.history.single().answer)
        demo.click(R.id.favourite)
        assertTrue(demo.state.history.single().isFavourite)
    }

    @Test
    fun bringsAKeptTextBack() = Demo().use { demo ->
        val result = demo.answer(Models.TEXT)
        demo.click(R.id.clear)
        assertEquals("", demo.text(R.id.input))
        demo.click(R.id.show_history)
        val list = demo.view<android.widget.ListView>(R.id.history_list)
        list.adapter.getView(0, null, list).performClick()
        demo.settle()
        assertEquals(result, demo.text(R.id.output))
        assertNull(demo.dialog)
    }

    @Test
    fun takesSharedTextAndSaysWhenThereIsNone() {
        Demo(Intent(Intent.ACTION_SEND).setType("text/plain").putExtra(Intent.EXTRA_TEXT, "Good morning.")).use { demo ->
            assertEquals("Good morning.", demo.text(R.id.input))
            assertEquals(Models.translate("Good morning.").text, demo.text(R.id.output))
            assertFalse(demo.isShown(R.id.replace))
        }
        Demo(Intent(Intent.ACTION_SEND).setType("text/plain")).use { demo ->
            assertEquals("What was shared holds no text.", demo.text(R.id.message))
        }
    }

    @Test
    fun examplesCanBeTapped() = Demo().use { demo ->
        val first = demo.view<ViewGroup>(R.id.examples).getChildAt(1) as TextView
        assertTrue(first.isShown)
        first.performClick()
        demo.settle()
        assertEquals(Models.translate(first.text.toString()).text, demo.text(R.id.output))
        assertFalse(demo.isShown(R.id.examples))
    }

    @Test
    fun aPickedModelSurvivesTheActivityBehindThePicker() = Demo().use { demo ->
        demo.openDocument("mine.ltpk", Models.bytes(Models.translation).inputStream(), meanwhile = demo::rotate)
        assertEquals("added/mine", demo.state.modelId)
        assertEquals(Models.translate(Models.TEXT).text, demo.answer(Models.TEXT))
    }

    @Test
    fun opensAModelFromFilesAndRemovesItAfterAQuestion() {
        val document = Uri.parse("content://files/mine.ltpk")
        shadowOf(Demo.application.contentResolver).registerInputStream(document, Models.bytes(Models.translation).inputStream())
        Demo(Intent(Intent.ACTION_VIEW).setDataAndType(document, "application/octet-stream")).use { demo ->
            assertEquals("added/mine", demo.state.modelId)
            val mine = checkNotNull(demo.state.model)
            demo.machine.library.askToRemove(mine)
            demo.idleMain()
            val question = ShadowAlertDialog.getLatestAlertDialog()
            assertEquals("Remove “mine” from this phone?", shadowOf(question).message)
            question.getButton(android.app.AlertDialog.BUTTON_NEGATIVE).performClick()
            demo.settle()
            assertEquals(mine to null, demo.state.model to demo.state.sheet)
            demo.machine.library.askToRemove(mine)
            demo.idleMain()
            ShadowAlertDialog.getLatestAlertDialog().getButton(android.app.AlertDialog.BUTTON_POSITIVE).performClick()
            demo.settle()
            assertEquals(Models.packed.size, demo.state.models.size)
        }
    }

    @Test
    fun aSheetSurvivesARotation() = Demo().use { demo ->
        demo.click(R.id.show_models)
        val facts = demo.view<ViewGroup>(R.id.model_list).getChildAt(demo.state.models.indexOf(demo.state.model)).findViewById<TextView>(R.id.model_facts)
        assertTrue(facts.text.toString(), "BLEU: " in facts.text && "Licence: " in facts.text && " MB" in facts.text && " ms " in facts.text)
        demo.rotate()
        assertEquals(Sheet.Models, demo.state.sheet)
        assertTrue(checkNotNull(demo.dialog).isShowing)
        demo.dialog?.dismiss()
        demo.idleMain()
        assertNull(demo.state.sheet)
    }

    @Test
    fun asksForNoPermission() = Demo().use { demo ->
        val info = demo.activity.packageManager.getPackageInfo(demo.activity.packageName, PackageManager.GET_PERMISSIONS)
        assertNull(info.requestedPermissions?.joinToString())
    }

    @Test
    fun suggestsWords() = Demo().use { demo ->
        demo.choose(Models.first(Task.LANGUAGE_MODEL).name)
        demo.type("The function ")
        demo.settle()
        val words = demo.view<ViewGroup>(R.id.suggestions)
        assertTrue(words.isShown && words.childCount in 1..3)
        val word = (words.getChildAt(0) as TextView).text.toString()
        words.getChildAt(0).performClick()
        demo.settle()
        assertEquals("The function $word ", demo.text(R.id.input))
    }

    /** Calls [act] in the middle of an answer, and [check] when it has ended. */
    private fun duringAnAnswer(act: (Demo) -> Unit, check: (Demo) -> Unit) {
        val gate = Gate(Demo.application.runtime)
        Demo.application.runtime = gate
        Demo().use { demo ->
            gate.arm(step = 4)
            demo.type(Models.TEXT)
            demo.pause()
            gate.awaitReached()
            demo.idleMain()
            act(demo)
            gate.open()
            demo.settle()
            check(demo)
        }
    }

    private companion object {
        /** Means something to models of all three tasks. */
        const val PROMPT = "Return the number of items in the list."
        val RESULT_BUTTONS = listOf(R.id.copy, R.id.share, R.id.speak, R.id.favourite)
    }
}
