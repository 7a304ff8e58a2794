package dev.litetransformer.demo.model

import dev.litetransformer.bundle.Bundle
import dev.litetransformer.litert.InterpreterTensorModel
import dev.litetransformer.runtime.TensorModel
import dev.litetransformer.runtime.TensorModelException
import java.lang.ref.WeakReference
import java.nio.ByteBuffer
import org.junit.Assert.assertNotNull
import org.junit.Assert.assertThrows
import org.junit.Assert.assertTrue
import org.junit.Test

class InterpreterTensorModelTest {
    /** Were it unmapped, the next run would end the process. */
    @Test
    fun keepsTheMappedFileAsLongAsItIsOpen() {
        val (model, graph) = open()
        repeat(COLLECTIONS) { System.gc() }
        assertNotNull("the file is no longer mapped", graph.get())
        model.close()
    }

    @Test
    fun refusesWhatIsNoModel() {
        val error = assertThrows(TensorModelException::class.java) { InterpreterTensorModel.open(ByteBuffer.allocateDirect(64), threads = 1) }
        assertTrue("${error.message}", error.message.orEmpty().startsWith("The runtime must be able to load the model. Received: "))
    }

    @Test
    fun refusesASignatureThatTheFileDoesNotHave() {
        val (model, _) = open()
        val error = model.use { assertThrows(TensorModelException::class.java) { it.run("sing", emptyMap(), emptyMap()) } }
        assertTrue("${error.message}", error.message.orEmpty().startsWith("The runtime must be able to run a file's signatures. Received: sing"))
    }

    /** In a method of its own, so that no variable of the caller holds the buffer. */
    private fun open(): Pair<TensorModel, WeakReference<ByteBuffer>> = Bundle.open(Models.directory(Models.translation)).use { bundle ->
        val graph = bundle.graph
        InterpreterTensorModel.open(graph, threads = 1) to WeakReference(graph)
    }

    private companion object {
        const val COLLECTIONS = 3
    }
}
