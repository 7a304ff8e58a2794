package dev.litetransformer.demo.model

import dev.litetransformer.bundle.BundleException
import java.io.File
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
