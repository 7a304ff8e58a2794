package dev.litetransformer.bundle

import dev.litetransformer.get
import dev.litetransformer.items
import dev.litetransformer.json.JsonArray
import dev.litetransformer.json.JsonObject
import dev.litetransformer.json.JsonValue
import dev.litetransformer.json.parseJson
import dev.litetransformer.text
import org.junit.Assert.assertEquals
import org.junit.Assert.assertThrows
import org.junit.Assert.assertTrue
import org.junit.Test
import java.io.File

/** conformance/wrong_manifests.json, which Python's tests write: a whole manifest, and changes that no reader takes. */
class WrongManifestsTest {
    private val table = parseJson(File("../../conformance/wrong_manifests.json").readText())
    private val whole = table["manifest"] as JsonObject

    private fun accept(manifest: JsonValue) = Contract(Manifest.parse(manifest.write())).check()

    @Test
    fun `the whole manifest is taken`() = accept(whole)

    @Test
    fun `every wrong value is refused in one sentence`() {
        val taken = ArrayList<String>()
        for (entry in table["wrong"].items) {
            val path = entry["path"].text
            val value = (entry as JsonObject)["value"]
            try {
                accept(changed(whole, path.split("/"), value))
                taken += "$path ${value?.write()}"
            } catch (error: BundleException) {
                assertTrue(error.message, "Received: " in error.message!! && '\n' !in error.message!!)
            }
        }
        assertEquals(emptyList<String>(), taken)
        assertTrue(table["wrong"].items.size > 300)
    }

    @Test
    fun `the rows of an output table are Python's`() {
        assertEquals(listOf(1, 4, 90, 420, 2000, 4000), listOf(1, 4, 90, 420, 2000, 4000).map(Contract::paddedRows))
        assertEquals(listOf(102, 450, 10_008), listOf(101, 449, 10_007).map(Contract::paddedRows))
    }

    @Test
    fun `a name that occurs twice is refused`() {
        val text = whole.write().replace("\"beam_size\":2", "\"beam_size\":2,\"beam_size\":2")
        assertThrows(BundleException.DamagedManifest::class.java) { Manifest.parse(text) }
    }

    /** The value with what stands at a path changed; null removes it. */
    private fun changed(json: JsonValue, path: List<String>, value: JsonValue?): JsonValue {
        val name = path.first()
        if (json is JsonArray) return JsonArray(json.items.mapIndexed { place, item -> if (place == name.toInt()) changed(item, path.drop(1), value) else item })
        val entries = (json as JsonObject).entries
        val inner = if (path.size == 1) value else changed(entries.getValue(name), path.drop(1), value)
        return JsonObject(if (inner == null) entries - name else entries + (name to inner))
    }
}
