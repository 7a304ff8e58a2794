package dev.litetransformer.demo.model

import dev.litetransformer.bundle.BundleException
import java.io.File
import java.util.concurrent.CancellationException
import org.junit.Assert.assertArrayEquals
import org.junit.Assert.assertEquals
import org.junit.Assert.assertFalse
import org.junit.Assert.assertTrue
import org.junit.Rule
import org.junit.Test
import org.junit.rules.TemporaryFolder

class ModelStoreTest {
    @get:Rule
    val folder = TemporaryFolder()

    private val model = Models.translation

    @Test
    fun unpacksWhatComesWithTheAppOnce() {
        val store = ModelStore(folder.root, listOf(model))
        val entry = store.list().models.single()
        val file = File(File(folder.root, entry.id), "model.tflite")
        val written = file.lastModified() - 10_000
        assertTrue(file.setLastModified(written))
        assertEquals(entry, store.list().models.single())
        assertEquals(written, file.lastModified())
    }

    /** Hashes of what was found whole are not computed again at every start, but when the model is loaded. */
    @Test
    fun readsAModelThatItKnowsOnlyWhenItIsOpened() {
        var openings = 0
        val counted = ModelStore.Packed(model.name) { model.open().also { openings++ } }
        val store = ModelStore(folder.root, listOf(counted), version = "1")
        val entry = store.list().models.single()
        assertEquals(1, openings)
        val file = File(File(folder.root, entry.id), "model.tflite")
        val (time, bytes) = file.lastModified() to file.readBytes()
        file.writeBytes(bytes.flipped())
        file.setLastModified(time)
        assertEquals(entry, ModelStore(folder.root, listOf(counted), version = "1").list().models.single())
        assertEquals("nothing is unpacked or hashed", 1, openings)
        store.open(entry).close()
        assertArrayEquals("and mended when it is opened", bytes, file.readBytes())
        val before = openings
        ModelStore(folder.root, listOf(counted), version = "2").list()
        assertEquals("another version of the app may bring another model", before + 1, openings)
    }

    @Test
    fun stopsBetweenModels() {
        var checks = 0
        val stopped = runCatching { ModelStore(folder.root, listOf(model)).list { if (++checks > 1) throw CancellationException("enough") } }
        assertTrue("$stopped", stopped.exceptionOrNull() is CancellationException)
        assertEquals("nothing half is left", emptyList<String>(), File(folder.root, "built-in").list().orEmpty().toList())
    }

    @Test
    fun repairsWhatComesWithTheApp() {
        val store = ModelStore(folder.root, listOf(model))
        val entry = store.list().models.single()
        File(File(folder.root, entry.id), "model.tflite").appendText("damage")
        store.open(entry).use { assertEquals(entry.task, it.manifest.task) }
    }

    @Test
    fun refusesAnAddedModelThatWasDamagedLater() {
        val store = ModelStore(folder.root, emptyList())
        val entry = store.add("mine.ltpk", model.open()) {}
        assertEquals(listOf(entry), store.list().models)
        File(File(folder.root, entry.id), "model.tflite").appendText("damage")
        val error = runCatching { store.open(entry) }.exceptionOrNull()
        assertTrue("$error", error is BundleException.DamagedFile)
        store.remove(entry)
        assertEquals(emptyList<Any>(), store.list().models)
    }

    @Test
    fun oneDamagedModelDoesNotHideTheOthers() {
        val store = ModelStore(folder.root, listOf(ModelStore.Packed("broken") { "no bundle".byteInputStream() }, model))
        val listing = store.list()
        assertEquals(listOf(model.name), listing.models.map { it.name })
        assertEquals(listOf("broken"), listing.failures.map { it.name })
    }

    @Test
    fun forgetsWhatTheAppBringsNoMore() {
        ModelStore(folder.root, listOf(model)).list()
        val later = ModelStore(folder.root, emptyList())
        assertEquals(emptyList<Any>(), later.list().models)
        assertFalse(File(folder.root, "built-in/${model.name}").exists())
    }

    @Test
    fun namesAreNeitherPathsNorHidden() {
        val names = listOf("../../etc/passwd", ".hidden.ltpk", "a b.ltpk", "...", "mödel-1.ltpk").map { ModelStore.directoryName(it) }
        assertEquals(listOf("etc-passwd", "hidden", "a-b", "model", "mödel-1"), names)
    }
}
