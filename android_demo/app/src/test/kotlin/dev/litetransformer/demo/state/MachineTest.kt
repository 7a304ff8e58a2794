package dev.litetransformer.demo.state

import dev.litetransformer.bundle.Task
import dev.litetransformer.demo.model.Answer
import dev.litetransformer.demo.model.ModelStore
import dev.litetransformer.demo.model.Search
import org.junit.Assert.assertEquals
import org.junit.Assert.assertFalse
import org.junit.Assert.assertNotNull
import org.junit.Assert.assertNull
import org.junit.Assert.assertTrue
import org.junit.Test

class MachineTest {
    private val effects = Recorder()
    private val machine = machine(effects)
    private val state get() = machine.state

    private fun pause() = machine.due(effects.scheduled.last())

    /** Types a text, waits, and answers it. */
    private fun translate(text: String, answer: Answer = Answer("<$text>", 3, listOf("[$text]"))): Result {
        machine.type(text)
        pause()
        machine.answered(effects.answers.last().number, answer, Figures(3, 0.004))
        return checkNotNull(state.result)
    }

    @Test
    fun translatesWhenTypingPauses() {
        machine.type("Good")
        machine.type("Good morning.")
        assertEquals(2, effects.scheduled.size)
        machine.due(effects.scheduled[0])
        assertEquals("a key came after it", 0, effects.answers.size)
        pause()
        val asked = effects.answers.single()
        assertEquals(Query("Good morning.", "en-fr", Search.WIDE), asked.query)
        machine.answered(asked.number, Answer("Bonjour.", 2), Figures(2, 0.004))
        assertEquals("Bonjour.", state.usable?.text)
        assertEquals(Figures(2, 0.004), state.usable?.figures)
    }

    @Test
    fun theNextKeyStopsTheAnswer() {
        machine.type("Good")
        pause()
        machine.type("Good morning.")
        assertEquals(1, effects.stoppedAnswers)
        val old = effects.answers.single().number
        machine.partial(old, "Bon")
        machine.answered(old, Answer("Bon", 1), null)
        machine.failed(old, Message.OutOfMemory)
        assertNull("an old answer is ignored", state.result)
        assertNull(state.message)
    }

    @Test
    fun onlyAWholeAnswerOfThisTextCanBeUsed() {
        machine.type("Good morning.")
        pause()
        val number = effects.answers.last().number
        machine.partial(number, "Bon")
        assertEquals("Bon", state.result?.text)
        assertNull("half", state.usable)
        machine.answered(number, Answer("Bonjour.", 2), null)
        assertNotNull(state.usable)
        machine.type("Good evening.")
        assertEquals("it stays to be read", "Bonjour.", state.result?.text)
        assertNull("of another text", state.usable)
        machine.type("Good morning.")
        assertNotNull("the text is that one again", state.usable)
        machine.type("Good morning. ")
        assertNotNull("white space is no other text", state.usable)
    }

    @Test
    fun aStoppedAnswerIsABeginning() {
        machine.type("Good morning.")
        pause()
        machine.partial(effects.answers.last().number, "Bon")
        machine.stop()
        assertEquals(Message.Stopped, state.message)
        assertFalse(state.canStop)
        assertEquals("Bon", state.result?.text)
        assertNull(state.usable)
        assertNull("nor is it kept", state.entry)
        assertTrue("it can be asked for again", state.canRun)
    }

    @Test
    fun anotherModelOrSearchMakesAnOldResult() {
        translate("Good morning.")
        machine.change(state.settings.copy(search = Search.GREEDY))
        assertNull(state.usable)
        assertEquals("it is asked for again", Search.GREEDY, effects.answers.last().query.search)
        machine.chooseTarget("de")
        assertNull(state.result)
        assertEquals("en-de", effects.answers.last().query.modelId)
    }

    @Test
    fun swapsOnlyWhereThereIsAModel() {
        translate("Good morning.")
        machine.swap()
        assertEquals("fr-en", state.modelId)
        assertEquals("<Good morning.>", state.input)
        assertEquals(Query("<Good morning.>", "fr-en", Search.WIDE), effects.answers.last().query)
        val lonely = machine(Recorder(), MODELS.take(1))
        lonely.swap()
        assertEquals("en-fr", lonely.state.modelId)
        assertNull(lonely.state.reverseModel)
    }

    @Test
    fun swapTakesNoHalfResult() {
        machine.type("Good morning.")
        pause()
        machine.partial(effects.answers.last().number, "Bon")
        machine.swap()
        assertEquals("Good morning.", state.input)
    }

    @Test
    fun offersDirectionsThatAreInstalled() {
        assertEquals(listOf("en", "fr", "de"), state.sources)
        assertEquals(listOf("fr", "de"), state.targets)
        machine.chooseSource("de")
        assertEquals("de-en", state.modelId)
        assertEquals(listOf("en"), state.targets)
        assertEquals("de-en", effects.settings.last().modelId)
    }

    @Test
    fun showsAlternatives() {
        val result = translate("Good morning.")
        assertEquals(listOf("<Good morning.>", "[Good morning.]"), result.texts)
        machine.chooseAlternative(1)
        assertEquals("[Good morning.]", state.usable?.text)
        assertEquals("[Good morning.]", state.entry?.answer)
        machine.chooseAlternative(7)
        assertEquals("[Good morning.]", state.usable?.text)
    }

    @Test
    fun saysWhatTheTextLooksLike() {
        machine.type("Guten Morgen zusammen.")
        pause()
        assertEquals("Guten Morgen zusammen.", effects.guesses.last())
        machine.guessed("Guten", "de")
        assertNull("of another text", state.guess)
        machine.guessed("Guten Morgen zusammen.", "en")
        assertNull("that is the source's", state.guess)
        machine.guessed("Guten Morgen zusammen.", "de")
        assertEquals("de", state.guess)
        machine.chooseSource("de")
        assertEquals("de-en", state.modelId)
        assertEquals("Guten Morgen zusammen.", effects.answers.last().query.text)
    }

    @Test
    fun withoutAutomaticTranslationOnlyTheButtonTranslates() {
        val recorder = Recorder()
        val machine = machine(recorder, settings = Settings(isAutomatic = false))
        machine.type("Good morning.")
        assertEquals(0, recorder.scheduled.size)
        assertTrue(machine.state.canRun)
        machine.run()
        assertEquals(1, recorder.answers.size)
        assertFalse(machine.state.canRun)
    }

    @Test
    fun otherTasksAreAskedFor() {
        val recorder = Recorder()
        val machine = machine(recorder, MODELS + SUMMARIZER + COMPLETER)
        machine.choose(Task.SUMMARIZATION)
        machine.type("A long text.")
        assertEquals(0, recorder.answers.size)
        machine.run()
        assertEquals("en-en", recorder.answers.single().query.modelId)
        machine.choose(Task.LANGUAGE_MODEL)
        machine.type("I would ")
        machine.due(recorder.scheduled.last())
        val (number, text) = recorder.suggestions.single()
        assertEquals("the space at the end counts", "I would ", text)
        machine.suggested(number, listOf("like", "be"))
        assertEquals(listOf("like", "be"), machine.state.suggestions)
        machine.takeSuggestion("like")
        assertEquals("I would like ", machine.state.input)
        machine.suggested(number, listOf("old"))
        assertEquals(emptyList<String>(), machine.state.suggestions)
    }

    @Test
    fun aSharedTextWaitsForTheModels() {
        val recorder = Recorder()
        val machine = Machine(recorder, settings = Settings(isAutomatic = false))
        machine.start()
        machine.receive("Good morning.")
        assertEquals(0, recorder.answers.size)
        machine.library.listed(ModelStore.Listing(MODELS, emptyList()))
        assertEquals("Good morning.", recorder.answers.single().query.text)
        machine.receive(" ")
        assertEquals(Message.NothingShared, machine.state.message)
    }

    @Test
    fun cutsWhatIsLongerThanItKeeps() {
        val maximum = Machine.MAXIMUM_CHARACTERS
        machine.receive("a".repeat(maximum - 1) + "\uD83D\uDC15 a dog")
        assertEquals(Message.InputCut(maximum), state.message)
        assertEquals(maximum - 1, state.input.length)
    }

    @Test
    fun onlyUsableResultsOutliveTheProcess() {
        translate("Good morning.")
        machine.chooseAlternative(1)
        val saved = SavedState.of(state)
        val again = machine(Recorder(), restored = saved)
        assertEquals("[Good morning.]", again.state.usable?.text)
        assertNull("its time is not said again", again.state.usable?.figures)
        machine.type("Good")
        assertNull(SavedState.of(state).result)
        val recorder = Recorder()
        machine(recorder, restored = SavedState.of(state))
        assertEquals("Good", recorder.answers.single().query.text)
    }

    @Test
    fun remarksBelongToTheAnswer() {
        val answer = Answer("a", 1, longSentence = "and the house ".repeat(9), missing = listOf("QX-4711"), cutTokens = 2)
        val result = translate("Good morning.", answer)
        val excerpt = "and the house and the house and the…"
        assertEquals(listOf(Message.Missing(listOf("QX-4711")), Message.SentenceCut(excerpt), Message.EndNotRead(2)), result.remarks)
        assertEquals(listOf(Message.Added(listOf("12"))), Message.about(Answer("12", 1, added = listOf("12"), confidence = 0.1)))
        assertEquals(listOf(Message.LowConfidence), Message.about(Answer("a", 1, confidence = 0.49)))
        assertEquals(emptyList<Message>(), Message.about(Answer("a", 1, confidence = 0.5)))
    }
}
