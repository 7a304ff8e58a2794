package dev.litetransformer.coroutines

import dev.litetransformer.bundle.Bundle
import dev.litetransformer.runtime.BytedecoTensorModel
import dev.litetransformer.runtime.TensorModel
import dev.litetransformer.runtime.TensorModelFactory
import java.io.File
import java.nio.ByteBuffer

/** The bundles that core's tests use; tools/decoding_fixtures.py writes them. */
object Bundles {
    private val fixtures = File(checkNotNull(System.getProperty("fixtures")) { "The system property 'fixtures' must name a directory" })

    fun open(task: String): Bundle {
        val found = File(fixtures, "decoding").listFiles().orEmpty().filter { it.name.startsWith("$task-") && File(it, "bundle").isDirectory }.minByOrNull { it.name }
        return Bundle.open(File(checkNotNull(found) { "Run tools/decoding_fixtures.py. Received: no fixture for $task in '$fixtures'" }, "bundle"))
    }

    fun download(): File = File(fixtures, "bundles/int8.ltpk")
}

/** Calls [atStep] before each decoding step, with its number from 1 on. */
class Hooked(private val atStep: (Int) -> Unit) : TensorModelFactory {
    @Volatile
    var steps = 0
        private set

    override fun open(graph: ByteBuffer, threads: Int): TensorModel {
        val model = BytedecoTensorModel.open(graph, threads)
        return object : TensorModel by model {
            override fun run(signature: String, inputs: Map<String, ByteBuffer>, outputs: Map<String, ByteBuffer>) {
                if ("_step_" in signature) atStep(++steps)
                model.run(signature, inputs, outputs)
            }
        }
    }
}
