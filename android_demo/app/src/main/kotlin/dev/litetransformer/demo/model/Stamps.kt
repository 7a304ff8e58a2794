package dev.litetransformer.demo.model

import java.io.File
import java.io.IOException

/**
 * Remembers which unpacked bundles were found to be whole, so that not every start reads and hashes all of them again. A stamp names the size
 * and the time of each file; loading a model checks its hashes in any case.
 *
 * @param directory where the stamps are.
 * @param version of what was unpacked: with another one no stamp counts.
 */
internal class Stamps(private val directory: File, private val version: String) {
    /** Whether [bundle] is as it was when it was stamped. */
    fun isFresh(name: String, bundle: File): Boolean = try {
        val file = stamp(name)
        file.isFile && file.readText() == describe(bundle)
    } catch (_: IOException) {
        false
    }

    fun put(name: String, bundle: File) = writeAtomically(stamp(name), describe(bundle))

    private fun stamp(name: String) = File(directory, "$name.stamp")

    private fun describe(bundle: File): String {
        val files = bundle.listFiles().orEmpty().sortedBy { it.name }
        return files.joinToString("\n", prefix = "$version\n") { "${it.name} ${it.length()} ${it.lastModified()}" }
    }
}
