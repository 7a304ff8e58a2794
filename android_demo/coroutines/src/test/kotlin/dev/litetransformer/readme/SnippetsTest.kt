package dev.litetransformer.readme

import dev.litetransformer.bundle.Bundle
import dev.litetransformer.coroutines.Bundles
import dev.litetransformer.decoding.Translator
import dev.litetransformer.runtime.BytedecoTensorModel
import java.io.File
import java.util.concurrent.CopyOnWriteArrayList
import java.util.concurrent.atomic.AtomicReference
import kotlinx.coroutines.flow.last
import kotlinx.coroutines.joinAll
import kotlinx.coroutines.runBlocking
import org.junit.Assert.assertEquals
import org.junit.Assert.assertNull
import org.junit.Assert.assertTrue
import org.junit.Rule
import org.junit.Test
import org.junit.rules.TemporaryFolder

/** What the README shows is compiled, and does what it says. */
class SnippetsTest {
    @get:Rule
    val folder = TemporaryFolder()

    private suspend fun phrasebook() = Phrasebook.open({ Bundles.download().inputStream() }, File(folder.root, "phrasebook"), BytedecoTensorModel)

    private fun expected(text: String): String = Bundle.open(Bundles.download().inputStream(), File(folder.root, "expected")).let { bundle ->
        Translator(bundle, BytedecoTensorModel, closesBundle = true).use { it.translate(text).first().text }
    }

    @Test
    fun theReadmeHasThisCode() {
        val blocks = Regex("```kotlin\n(.*?)```", RegexOption.DOT_MATCHES_ALL).findAll(File("../README.md").readText()).map { it.groupValues[1].trim() }.toList()
        val code = File("src/test/kotlin/dev/litetransformer/readme/Snippets.kt").readText()
        assertEquals(3, blocks.size)
        for (block in blocks) assertTrue("not in Snippets.kt:\n$block", block in code)
    }

    @Test
    fun aPhrasebookTranslates() = runBlocking {
        phrasebook().use { phrasebook ->
            assertEquals(expected(TEXT), phrasebook.translate(TEXT))
            assertEquals(expected(TEXT), phrasebook.translations(TEXT).last())
        }
    }

    @Test
    fun theScreenShowsTheLastTextOnly() = runBlocking {
        phrasebook().use { phrasebook ->
            val shown = ArrayList<String>()
            val screen = Screen(phrasebook, this) { shown += it }
            screen.type("Where")
            screen.type(TEXT)
            coroutineContext[kotlinx.coroutines.Job]!!.children.toList().joinAll()
            assertEquals(expected(TEXT), shown.last())
        }
    }

    /** With the code that stood here before, the exception of a cancelled call ended the app. */
    @Test
    fun cancellingWithoutCoroutinesEndsNothing() {
        val bundle = Bundle.open(Bundles.download().inputStream(), File(folder.root, "phrasebook"))
        Translator(bundle, BytedecoTensorModel, closesBundle = true).use { translator ->
            val uncaught = AtomicReference<Throwable>()
            fun inThread(action: Runnable) = Thread(action).apply { setUncaughtExceptionHandler { _, error -> uncaught.set(error) } }
            val shown = CopyOnWriteArrayList<String>()
            translate(TEXT, translator, { inThread(it).apply { start() }.join() }, shown::add)
            assertEquals(expected(TEXT), shown.last())

            var waiting: Thread? = null
            val before = shown.size
            translate(TEXT, translator, { waiting = inThread(it) }, shown::add).cancel()
            waiting?.start()
            waiting?.join()
            assertNull(uncaught.get())
            assertEquals(before, shown.size)
        }
    }

    private companion object {
        const val TEXT = "Where is the station?"
    }
}
