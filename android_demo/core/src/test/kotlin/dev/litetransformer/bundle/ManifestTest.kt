package dev.litetransformer.bundle

import dev.litetransformer.Fixtures
import dev.litetransformer.json.JsonArray
import dev.litetransformer.json.JsonNumber
import dev.litetransformer.json.JsonObject
import dev.litetransformer.json.JsonString
import dev.litetransformer.json.JsonValue
import dev.litetransformer.json.parseJson
import org.junit.Assert.assertEquals
import org.junit.Assert.assertThrows
import org.junit.Assert.assertTrue
import org.junit.Test

class ManifestTest {
    private val text = Fixtures.file("bundles/int8/manifest.json").readText()
    private val json = parseJson(text) as JsonObject

    private fun changed(path: String, value: JsonValue?): String = json.with(path.split("/"), value).write()

    @Test
    fun `fields are read as they stand`() {
        val manifest = Manifest.parse(text)
        assertEquals(Task.TRANSLATION, manifest.task)
        assertEquals("int8", manifest.variant)
        assertEquals(SpecialTokens(0, 1, 2, 3), manifest.specialIds)
        assertEquals(Sides(420, 420), manifest.vocabularySizes)
        assertEquals(Sides("vocabulary.model", "vocabulary.model"), manifest.vocabularyFiles)
        assertEquals(listOf(8, 32), manifest.buckets)
        assertEquals(listOf(2, 32, 31, 32), manifest.run { listOf(beamSize, maxSourceTokens, maxTargetTokens, embedDim) })
        assertEquals(20, manifest.settings.maxSourceTokens)
        assertEquals(JsonNumber("2"), manifest.settings.decoding!!["beam_size"])
        assertEquals("2.18.0", manifest.minimumRuntime)
        assertEquals(setOf("encode_8", "decode_step_8", "beam_step_8", "encode_32", "decode_step_32", "beam_step_32"), manifest.signatures.keys)
        val encode = manifest.signatures.getValue("encode_8")
        assertEquals(TensorSpec("source_ids", listOf(8), DataType.INT32), encode.inputs[0])
        assertEquals(TensorSpec("source_length", listOf(1), DataType.INT32), encode.input("source_length"))
        val logits = manifest.signatures.getValue("beam_step_8").output("logits")!!
        assertEquals(listOf(2, 420), logits.shape)
        assertEquals(2 * 420 * 4, logits.byteSize)
        assertEquals(setOf("README.md", "model.tflite", "report.json", "vocabulary.model"), manifest.files.keys)
        assertTrue("speed" in manifest.metrics.entries)
    }

    @Test
    fun `a confidence is read and checked`() {
        fun confidence(bias: String, slope: String) =
            JsonObject(mapOf("bias" to JsonNumber(bias), "slope" to JsonNumber(slope), "doubt" to JsonNumber("0"), "later" to JsonString("x")))
        assertEquals(null, Manifest.parse(text).settings.calibration)
        val found = Manifest.parse(changed("settings/confidence", confidence("-1.5", "2"))).settings.calibration
        assertEquals(Calibration(-1.5, 2.0, 0.0), found)
        for (wrong in listOf(confidence("1e999", "2"), confidence("1", "-0.1"), JsonString("high"), JsonObject(emptyMap()))) {
            assertThrows(BundleException.DamagedManifest::class.java) { Manifest.parse(changed("settings/confidence", wrong)) }
        }
    }

    @Test
    fun `what is no manifest`() {
        for (other in listOf("[]", "{}", changed("format", JsonString("zip")), changed("format", null))) {
            assertThrows(BundleException.NotABundle::class.java) { Manifest.parse(other) }
        }
        for (other in listOf("", "{", text.dropLast(3), "$text{}")) assertThrows(BundleException.DamagedManifest::class.java) { Manifest.parse(other) }
    }

    @Test
    fun `another version`() {
        for (version in listOf(JsonNumber("3"), JsonNumber("1.0"), JsonString("1"), null)) {
            val error = assertThrows(BundleException.UnsupportedVersion::class.java) { Manifest.parse(changed("schema_version", version)) }
            assertTrue(error.message, error.message!!.startsWith("This program reads bundles of schema version 1 and 2; use the program that wrote it"))
        }
    }

    @Test
    fun `every field must be there`() {
        for (name in json.entries.keys - setOf("format", "schema_version", "caches")) {
            val error = assertThrows(name, BundleException.DamagedManifest::class.java) { Manifest.parse(changed(name, null)) }
            assertTrue(error.message, "manifest.json must have every field of its schema. Received: no $name" in error.message!!)
        }
    }

    @Test
    fun `fields of a wrong kind`() {
        val shape = { size: String -> JsonObject(mapOf("inputs" to JsonArray(listOf(tensor(size, "float32"))), "outputs" to JsonArray(emptyList()))) }
        val cases = mapOf<String, List<JsonValue>>(
            "task" to listOf(JsonString("chess"), JsonNumber("1")),
            "buckets" to listOf(JsonArray(emptyList()), numbers("8", "8"), numbers("16", "8"), numbers("-1"), JsonString("8")),
            "beam_size" to listOf(JsonNumber("1.0"), JsonNumber("-1"), JsonNumber("4294967297"), JsonString("1")),
            "languages" to listOf(numbers("1"), JsonString("en")),
            "special_ids/pad" to listOf(JsonNumber("-1"), JsonString("1")),
            "vocabulary_sizes" to listOf(numbers("1", "2")),
            "vocabulary_files/source" to listOf(JsonString("other.model"), JsonNumber("1")),
            "settings/max_source_tokens" to listOf(JsonNumber("0"), JsonNumber("1.5"), JsonString("20")),
            "settings/decoding" to listOf(JsonNumber("0")),
            "signatures/encode_8" to listOf(JsonNumber("1"), shape("-1"), shape("1.5"), shape("536870912"), JsonObject(emptyMap())),
            "files/model.tflite" to listOf(JsonNumber("1"), JsonObject(mapOf("size" to JsonNumber("-1"), "sha256" to JsonString("")))),
            "metrics" to listOf(JsonNumber("1")),
        )
        for ((path, values) in cases) {
            for (value in values) {
                val error = assertThrows("$path $value", BundleException.DamagedManifest::class.java) { Manifest.parse(changed(path, value)) }
                assertTrue(error.message, "Received: " in error.message!!)
            }
        }
        val wrongType = JsonObject(mapOf("inputs" to JsonArray(listOf(tensor("1", "int64"))), "outputs" to JsonArray(emptyList())))
        assertThrows(BundleException.DamagedManifest::class.java) { Manifest.parse(changed("signatures/encode_8", wrongType)) }
    }

    @Test
    fun `names that lead out of the directory`() {
        val info = (json["files"] as JsonObject)["README.md"]
        for (name in listOf("../README.md", "a/b", "/etc/passwd", "..", ".", "", "a\\b", "a\u0000b", "manifest.json")) {
            val files = JsonObject((json["files"] as JsonObject).entries + (name to info!!))
            val error = assertThrows(name, BundleException.DamagedManifest::class.java) { Manifest.parse(changed("files", files)) }
            assertTrue(error.message, "plain names" in error.message!!)
        }
    }

    private fun numbers(vararg texts: String) = JsonArray(texts.map(::JsonNumber))

    private fun tensor(size: String, type: String) =
        JsonObject(mapOf("name" to JsonString("x"), "shape" to numbers("1", size), "dtype" to JsonString(type), "meaning" to JsonString("")))
}
