package dev.litetransformer.decoding

import dev.litetransformer.runtime.BytedecoTensorModel
import dev.litetransformer.runtime.TensorModel
import dev.litetransformer.runtime.TensorModelFactory
import java.lang.management.ManagementFactory
import java.nio.ByteBuffer

/**
 * Opens models whose runs it times, copies into and out of the interpreter included.
 *
 * It is the processor time of the calling thread, on which everything runs, so other work on the machine does not count.
 */
class TimedModels : TensorModelFactory {
    /** Of all runs so far. */
    var nanoseconds = 0L
        private set

    override fun open(graph: ByteBuffer, threads: Int): TensorModel {
        val model = BytedecoTensorModel.open(graph, threads)
        return object : TensorModel by model {
            override fun run(signature: String, inputs: Map<String, ByteBuffer>, outputs: Map<String, ByteBuffer>) {
                val began = now()
                model.run(signature, inputs, outputs)
                nanoseconds += now() - began
            }
        }
    }

    /** Time of an action, and how much of it was in the interpreter. */
    fun measure(action: () -> Unit): Timing {
        val before = nanoseconds
        val began = now()
        action()
        return Timing(now() - began, nanoseconds - before)
    }

    companion object {
        private val threads = ManagementFactory.getThreadMXBean() // finding it takes longer than asking it

        fun now(): Long = threads.currentThreadCpuTime
    }
}

/** Nanoseconds. */
class Timing(val whole: Long, val interpreter: Long)
