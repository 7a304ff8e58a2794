package dev.litetransformer.demo.state

import dev.litetransformer.litert.InterpreterTensorModel
import dev.litetransformer.demo.model.HistoryFile
import dev.litetransformer.demo.model.ModelStore
import dev.litetransformer.demo.model.Models
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

/** The engine with a real model and without Android; all of its threads are the test's. */
class EngineTest {
    @get:Rule
    val folder = TemporaryFolder()

    private val waiting = ArrayList<Runnable>()

    private fun engine(
        models: List<ModelStore.Packed> = listOf(Models.translation),
        runtime: TensorModelFactory = InterpreterTensorModel,
        restored: SavedState? = null,
    ): Engine {
        val direct = Executor { it.run() }
        val history = lazyOf(HistoryFile(File(folder.root, "history.json")))
        val store = lazyOf(ModelStore(File(folder.root, "models"), models))
        val surroundings = Surroundings(store, history, runtime, direct, direct, after = { _, action -> waiting += Runnable(action) })
        return Engine(surroundings, restored).also { it.machine.start() }
    }

    private fun Machine.answer(text: String): String {
        type(text)
        waiting.last().run()
        return state.usable?.text.orEmpty()
    }

    @Test
    fun translatesAsCoreDoes() {
        val machine = engine().machine
        val expected = Models.translate(Models.TEXT)
        assertEquals(expected.text, machine.answer(Models.TEXT))
        assertEquals(expected.tokens, machine.state.usable?.figures?.tokens)
        assertTrue("other answers", checkNotNull(machine.state.usable).texts.size > 1)
        machine.change(machine.state.settings.copy(search = Search.GREEDY))
        assertEquals(listOf(Models.translate(Models.TEXT, Search.GREEDY).text), machine.state.usable?.texts)
    }

    @Test
    fun showsTheAnswerWhileItIsMade() {
        val machine = engine().machine
        val shown = LinkedHashSet<String>()
        machine.observer = { state -> state.result?.takeIf { !it.isWhole }?.let { shown += it.text } }
        val answer = machine.answer(Models.TEXT)
        assertTrue("$shown", shown.first().isNotEmpty())
        assertEquals(answer, shown.last())
    }

    @Test
    fun oneLongSentenceDoesNotRefuseTheText() {
        val machine = engine().machine
        val text = "Where is the station? And the house " + "and the house ".repeat(200).trim() + ". Good morning."
        val answer = machine.answer(text)
        assertEquals(Models.translate(text).text, answer)
        assertTrue(answer, answer.startsWith(Models.translate("Where is the station?").text))
        assertTrue(answer, answer.endsWith(Models.translate("Good morning.").text))
        val remark = machine.state.usable?.remarks?.filterIsInstance<Message.SentenceCut>()?.single()
        assertEquals("And the house and the house and the…", remark?.excerpt)
        assertNull(machine.state.message)
    }

    @Test
    fun aTimeCountsTheAnswerAlone() {
        var now = 0L
        val slow = TensorModelFactory { graph, threads ->
            now += 5_000_000_000
            InterpreterTensorModel.open(graph, threads)
        }
        val direct = Executor { it.run() }
        val store = lazyOf(ModelStore(File(folder.root, "models"), listOf(Models.translation)))
        val history = lazyOf(HistoryFile(File(folder.root, "history.json")))
        val surroundings = Surroundings(store, history, slow, direct, direct, { _, action -> waiting += Runnable(action) }, nanoseconds = { now++ })
        val machine = Engine(surroundings).machine.also { it.start() }
        machine.answer("Where is the station?")
        assertTrue("${machine.state.usable?.figures}", checkNotNull(machine.state.usable?.figures).seconds < 1e-6)
    }

    @Test
    fun saysWhenMemoryRunsOutAndRecovers() {
        var isShort = true
        val machine = engine(runtime = { graph, threads -> if (isShort) throw OutOfMemoryError() else InterpreterTensorModel.open(graph, threads) }).machine
        machine.answer(Models.TEXT)
        assertEquals(Message.OutOfMemory, machine.state.message)
        isShort = false
        machine.run()
        assertEquals(Models.translate(Models.TEXT).text, machine.state.usable?.text)
        assertNull(machine.state.message)
    }

    @Test
    fun saysWhenTheRuntimeRefuses() {
        val machine = engine(runtime = { _, _ -> throw TensorModelException("an operator is too new") }).machine
        machine.answer(Models.TEXT)
        assertEquals(Message.RuntimeRefuses(Models.translation.name, "an operator is too new"), machine.state.message)
    }

    @Test
    fun aFileThatIsNoModelChangesNothing() {
        val machine = engine().machine
        val before = machine.state.modelId
        machine.open("photo.jpg", ByteArray(1000) { it.toByte() })
        assertTrue("${machine.state.message}", (machine.state.message as Message.NotABundle).name == "photo.jpg")
        machine.library.add("12") { throw SecurityException("not allowed") }
        assertEquals(Message.Unreadable("12", "not allowed"), machine.state.message)
        assertEquals(before, machine.state.modelId)
        assertTrue(machine.state.isIdle)
    }

    @Test
    fun addsAModelFindsItAgainAndRemovesIt() {
        engine().machine.open("My model.ltpk")
        val machine = engine().machine
        val added = machine.state.models.single { it.id == "added/My-model" }
        machine.choose(added)
        machine.library.remove(added)
        assertEquals("built-in/${Models.translation.name}", machine.state.modelId)
        assertEquals(listOf(Models.translation.name), machine.state.models.map { it.name })
    }

    @Test
    fun stopsAnUnpackingAndLeavesNothing() {
        val machine = engine().machine
        machine.observer = { if (it.adding != null) machine.stop() }
        machine.open("mine.ltpk")
        assertEquals(Message.Stopped, machine.state.message)
        assertEquals(emptyList<String>(), File(folder.root, "models/added").list().orEmpty().toList())
    }

    @Test
    fun stopsTheListing() {
        lateinit var engine: Engine
        val model = ModelStore.Packed(Models.translation.name) { Models.translation.open().also { engine.stopLibrary() } }
        val direct = Executor { it.run() }
        val store = lazyOf(ModelStore(File(folder.root, "models"), listOf(model)))
        engine = Engine(Surroundings(store, lazyOf(HistoryFile(File(folder.root, "h.json"))), InterpreterTensorModel, direct, direct, { _, _ -> }))
        engine.machine.start()
        assertEquals(Message.Stopped, engine.machine.state.message)
        assertTrue(engine.machine.state.isIdle && !engine.machine.state.isListed)
    }

    @Test
    fun keepsAHistoryInAFile() {
        val engine = engine()
        val expected = engine.machine.answer("Where is the station?")
        engine.close()
        val kept = engine().machine.state.history.single()
        assertEquals("Where is the station?" to expected, kept.text to kept.answer)
    }

    private fun Machine.open(name: String, bytes: ByteArray = Models.bytes(Models.translation)) =
        library.add("document") { ModelStore.Packed(name, bytes::inputStream) }
}
