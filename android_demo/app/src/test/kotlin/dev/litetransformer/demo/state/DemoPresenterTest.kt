package dev.litetransformer.demo.state

import dev.litetransformer.bundle.Task
import dev.litetransformer.demo.model.AndroidTensorModel
import dev.litetransformer.demo.model.Answer
import dev.litetransformer.demo.model.Models
import dev.litetransformer.demo.model.ModelStore
import dev.litetransformer.demo.model.Search
import dev.litetransformer.runtime.TensorModelException
import dev.litetransformer.runtime.TensorModelFactory
import java.io.File
import java.util.concurrent.Executor
import org.junit.Assert.assertEquals
import org.junit.Assert.assertNull
import org.junit.Assert.assertTrue
import org.junit.Rule
import org.junit.Test
import org.junit.rules.TemporaryFolder

/** The presenter without Android; both of its threads are the test's. */
class DemoPresenterTest {
    @get:Rule
    val folder = TemporaryFolder()

    @Test
    fun saysWhenThereIsNoModel() {
        val presenter = presenter(models = emptyList())
        assertEquals(Message.NoModel, presenter.state.message)
        presenter.type("Hello.")
        presenter.run()
        assertEquals(Message.NoModel, presenter.state.message)
    }

    @Test
    fun wantsAText() {
        val presenter = presenter()
        presenter.type("  ")
        presenter.run()
        assertEquals(Message.NoText, presenter.state.message)
    }

    @Test
    fun cutsASentenceThatIsTooLong() {
        val presenter = presenter()
        val text = "and the house ".repeat(200)
        presenter.type(text)
        presenter.run()
        assertEquals(Models.translate(text).text, presenter.state.output)
        assertNull(presenter.state.message)
        assertEquals(Work.None, presenter.state.work)
    }

    @Test
    fun cutsWhatIsLongerThanItKeeps() {
        val presenter = presenter()
        val maximum = DemoPresenter.MAXIMUM_CHARACTERS
        presenter.receive("a".repeat(maximum - 1) + "\uD83D\uDC15 a dog")
        assertEquals(Message.InputCut(maximum), presenter.state.message)
        assertEquals(maximum - 1, presenter.state.input.length)
    }

    @Test
    fun saysWhenMemoryRunsOutAndRecovers() {
        var isShort = true
        val presenter = presenter { graph, threads -> if (isShort) throw OutOfMemoryError() else AndroidTensorModel.open(graph, threads) }
        presenter.type(Models.TEXT)
        presenter.run()
        assertEquals(Message.OutOfMemory, presenter.state.message)
        isShort = false
        presenter.run()
        assertEquals(Models.translate(Models.TEXT).text, presenter.state.output)
        assertNull(presenter.state.message)
    }

    @Test
    fun saysWhenTheRuntimeRefuses() {
        val presenter = presenter { _, _ -> throw TensorModelException("an operator is too new") }
        presenter.type(Models.TEXT)
        presenter.run()
        assertEquals(Message.RuntimeRefuses(Models.translation.name, "an operator is too new"), presenter.state.message)
    }

    @Test
    fun aFileThatIsNoModelChangesNothing() {
        val presenter = presenter()
        val before = presenter.state.modelId
        presenter.open("photo.jpg", ByteArray(1000) { it.toByte() })
        assertEquals(Message.NotABundle("photo.jpg"), presenter.state.message)
        presenter.add("12") { throw SecurityException("not allowed") }
        assertEquals(Message.Unreadable("12", "not allowed"), presenter.state.message)
        assertEquals(before, presenter.state.modelId)
        assertEquals(Work.None, presenter.state.work)
    }

    @Test
    fun addsAModelAndFindsItAgain() {
        presenter().open("My model.ltpk")
        val again = presenter()
        assertTrue("added/My-model" in again.state.models.map { it.id })
    }

    @Test
    fun removesAModelAndGoesBackToAnother() {
        val presenter = presenter()
        presenter.open("mine.ltpk")
        assertEquals("added/mine", presenter.state.modelId)
        presenter.remove()
        assertEquals("built-in/${Models.translation.name}", presenter.state.modelId)
        presenter.remove()
        assertEquals(listOf(Models.translation.name), presenter.state.models.map { it.name })
    }

    @Test
    fun swapsTheLanguages() {
        val there = presenter()
        assertNull(there.state.reverseModel)
        val model = checkNotNull(there.state.model)
        val back = File(folder.root, "added/back")
        File(folder.root, model.id).copyRecursively(back)
        val (source, target) = model.languages
        val manifest = File(back, "manifest.json")
        val languages = Regex("\"languages\": *\\[[^]]*]")
        manifest.writeText(manifest.readText().replace(languages, "\"languages\": [\"$target\", \"$source\"]"))

        val presenter = presenter()
        presenter.type("Good morning.")
        presenter.run()
        val translated = presenter.state.output
        presenter.swap()
        assertEquals("added/back", presenter.state.modelId)
        assertEquals(translated, presenter.state.input)
        presenter.swap()
        assertEquals(model.id, presenter.state.modelId)
    }

    @Test
    fun stopsAnUnpackingAndLeavesNothing() {
        lateinit var presenter: DemoPresenter
        presenter = presenter()
        presenter.observer = { if (it.work is Work.Adding) presenter.cancel() }
        presenter.open("mine.ltpk")
        assertEquals(Message.Stopped, presenter.state.message)
        assertEquals(emptyList<String>(), File(folder.root, "added").list().orEmpty().toList())
    }

    @Test
    fun keepsAChoiceThatIsGone() {
        val presenter = presenter(restored = SavedState(Task.TRANSLATION, "added/gone", Search.GREEDY, "Hello.", "Bonjour."))
        assertEquals("built-in/${Models.translation.name}", presenter.state.modelId)
        assertEquals("Bonjour.", presenter.state.output)
    }

    @Test
    fun saysWhatIsWrongWithAnAnswer() {
        val presenter = presenter()
        presenter.type("The code is QX-4711.")
        presenter.run()
        assertEquals(Message.Missing(listOf("QX-4711")), presenter.state.message)
        presenter.type("Where is the station?")
        presenter.run()
        assertNull(presenter.state.message)
        assertEquals(Message.Added(listOf("12")), Message.of(Answer("12", 1, added = listOf("12"), confidence = 0.1)))
        assertEquals(Message.LowConfidence, Message.of(Answer("a", 1, confidence = 0.49)))
        assertNull(Message.of(Answer("a", 1, confidence = 0.5)))
        assertTrue(Message.Missing(listOf("1")).isFailure && !Message.LowConfidence.isFailure)
    }

    @Test
    fun everyPartialResultIsShown() {
        val shown = ArrayList<String>()
        val presenter = presenter()
        presenter.observer = { shown += it.output }
        presenter.type("Where is the station?")
        presenter.run()
        assertTrue("$shown", shown.toSet().size > 3)
        assertEquals(Models.translate("Where is the station?").text, shown.last())
    }

    private fun DemoPresenter.open(name: String, bytes: ByteArray = Models.bytes(Models.translation)) = add("document") { ModelStore.Packed(name, bytes::inputStream) }

    private fun presenter(
        models: List<ModelStore.Packed> = listOf(Models.translation),
        restored: SavedState? = null,
        runtime: TensorModelFactory = AndroidTensorModel,
    ): DemoPresenter {
        val direct = Executor { it.run() }
        return DemoPresenter(lazyOf(ModelStore(folder.root, models)), runtime, direct, direct, restored = restored).also { it.start() }
    }
}
