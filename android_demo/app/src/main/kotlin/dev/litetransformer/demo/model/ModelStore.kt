package dev.litetransformer.demo.model

import dev.litetransformer.bundle.Bundle
import dev.litetransformer.bundle.Manifest
import java.io.File
import java.io.IOException
import java.io.InputStream

/**
 * The models on this phone: those that came with the app and those that the user added, each unpacked once into a directory of its own.
 *
 * Every method reads or writes files: call them on a background thread, one at a time.
 *
 * @param directory of the app's own files.
 * @param builtIn downloads (.ltpk) that came with the app.
 * @param version of the app that brings them: with another one all of them are checked again.
 */
class ModelStore(private val directory: File, private val builtIn: List<Packed>, version: String = "") {
    /** A download and what it is called. */
    class Packed(val name: String, val open: () -> InputStream)

    /** What could not be read, and why. */
    class Failure(val name: String, val cause: Exception)

    class Listing(val models: List<ModelEntry>, val failures: List<Failure>)

    private val builtInDirectory = File(directory, BUILT_IN)
    private val addedDirectory = File(directory, ADDED)
    private val stamps = Stamps(File(directory, STAMPS), version)

    /**
     * All models that can be read; built-in ones that are not unpacked yet are unpacked, and what the app brings no more is removed.
     *
     * @param check is called again and again and may throw, which ends the call; what was unpacked stays.
     */
    fun list(check: () -> Unit = {}): Listing {
        val models = ArrayList<ModelEntry>()
        val failures = ArrayList<Failure>()
        val attempt = { name: String, read: () -> ModelEntry ->
            check()
            try {
                models += read()
            } catch (error: IOException) {
                failures += Failure(name, error)
            }
            Unit
        }
        removeForgotten()
        builtIn.forEach { packed -> attempt(packed.name) { builtInEntry(packed, check) } }
        addedNames().forEach { name -> attempt(name) { entry(File(addedDirectory, name), "$ADDED/$name", name, false) } }
        return Listing(models, failures)
    }

    /**
     * Opens a model, its files checked.
     *
     * @throws IOException it is damaged or gone. A built-in one that was damaged is unpacked again instead.
     */
    fun open(entry: ModelEntry): Bundle {
        val packed = builtIn.firstOrNull { "$BUILT_IN/${it.name}" == entry.id }
        return if (packed != null) unpack(packed) {} else Bundle.open(File(directory, entry.id))
    }

    /**
     * Unpacks a download of the user's. It takes the place of an earlier one of the same name.
     *
     * @param fileName as its owner calls it.
     * @param onProgress gets the share that is written, 0 to 1; what it throws stops the unpacking.
     * @throws IOException it is no bundle, damaged or of another version; nothing is left of it.
     */
    fun add(fileName: String, stream: InputStream, onProgress: (Double) -> Unit): ModelEntry {
        val name = directoryName(fileName)
        val bundle = Bundle.open(stream, File(addedDirectory, name)) { written, total -> onProgress(written.toDouble() / maxOf(total, 1)) }
        bundle.close()
        return entry(File(addedDirectory, name), "$ADDED/$name", name, false)
    }

    /** Deletes a model that the user added. */
    fun remove(entry: ModelEntry) {
        require(!entry.isBuiltIn) { "A model must have been added to be removed. Received: ${entry.id}" }
        File(directory, entry.id).deleteRecursively()
    }

    private fun builtInEntry(packed: Packed, check: () -> Unit): ModelEntry {
        val unpacked = File(builtInDirectory, packed.name)
        if (!stamps.isFresh(packed.name, unpacked)) unpack(packed, check).close()
        return entry(unpacked, "$BUILT_IN/${packed.name}", packed.name, true)
    }

    private fun unpack(packed: Packed, check: () -> Unit): Bundle {
        val target = File(builtInDirectory, packed.name)
        val bundle = packed.open().use { stream -> Bundle.open(stream, target) { _, _ -> check() } }
        stamps.put(packed.name, target)
        return bundle
    }

    private fun entry(unpacked: File, id: String, name: String, isBuiltIn: Boolean): ModelEntry {
        val manifest = Manifest.parse(File(unpacked, Manifest.FILE_NAME).readText())
        return ModelEntry.of(manifest, ModelCard.read(unpacked, manifest), id, name, isBuiltIn)
    }

    private fun addedNames(): List<String> =
        addedDirectory.listFiles { file -> file.isDirectory && !file.name.startsWith(".") }.orEmpty().map { it.name }.sorted()

    private fun removeForgotten() {
        val names = builtIn.map { it.name }.toSet()
        builtInDirectory.listFiles { file -> !file.name.startsWith(".") && file.name !in names }?.forEach { it.deleteRecursively() }
    }

    companion object {
        /** Of packed bundles. */
        const val SUFFIX: String = ".ltpk"

        private const val BUILT_IN = "built-in"
        private const val ADDED = "added"
        private const val STAMPS = "stamps"
        private const val LONGEST_NAME = 60

        /** A file name's letters and digits, the rest replaced by hyphens: neither a path nor hidden. */
        internal fun directoryName(fileName: String): String {
            val plain = fileName.removeSuffix(SUFFIX).map { if (it.isLetterOrDigit() || it in "._") it else '-' }.joinToString("")
            return plain.trim('.', '-').take(LONGEST_NAME).ifEmpty { "model" }
        }
    }
}
