package dev.litetransformer.demo

import dev.litetransformer.runtime.TensorModel
import dev.litetransformer.runtime.TensorModelFactory
import java.nio.ByteBuffer
import java.util.concurrent.CountDownLatch
import java.util.concurrent.TimeUnit

/**
 * A runtime that, once it is armed, stops before one decoding step and goes on when it is told, so that a test can do something in the middle
 * of a sentence.
 */
internal class Gate(private val inner: TensorModelFactory) : TensorModelFactory {
    private val reached = CountDownLatch(1)
    private val opened = CountDownLatch(1)

    @Volatile
    private var stepsLeft = -1

    /** Stops before that step from now on. */
    fun arm(step: Int) {
        stepsLeft = step
    }

    fun awaitReached() = check(reached.await(WAIT_SECONDS, TimeUnit.SECONDS)) { "the model was not run" }

    fun open() = opened.countDown()

    override fun open(graph: ByteBuffer, threads: Int): TensorModel {
        val model = inner.open(graph, threads)
        return object : TensorModel by model {
            override fun run(signature: String, inputs: Map<String, ByteBuffer>, outputs: Map<String, ByteBuffer>) {
                if ("_step_" in signature && stepsLeft > 0) {
                    // So that core hands over what every step before has written.
                    Thread.sleep(PARTIAL_MILLISECONDS)
                    if (--stepsLeft == 0) {
                        reached.countDown()
                        check(opened.await(WAIT_SECONDS, TimeUnit.SECONDS)) { "the gate was not opened" }
                    }
                }
                model.run(signature, inputs, outputs)
            }
        }
    }
}

/** A little more than between two calls of a partial listener. */
private const val PARTIAL_MILLISECONDS = 110L

internal const val WAIT_SECONDS = 300L
