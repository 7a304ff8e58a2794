package dev.litetransformer.bundle

import dev.litetransformer.Fixtures
import dev.litetransformer.json.JsonNumber
import dev.litetransformer.json.JsonObject
import dev.litetransformer.json.JsonString
import dev.litetransformer.text.DictionaryVocabulary
import dev.litetransformer.text.SentencePieceVocabulary
import dev.litetransformer.text.WordVocabulary
import org.junit.Assert.assertArrayEquals
import org.junit.Assert.assertEquals
import org.junit.Assert.assertFalse
import org.junit.Assert.assertNotSame
import org.junit.Assert.assertSame
import org.junit.Assert.assertThrows
import org.junit.Assert.assertTrue
import org.junit.Rule
import org.junit.Test
import org.junit.rules.TemporaryFolder
import java.io.File
import java.nio.ByteOrder

class BundleTest {
    @get:Rule
    val folder = TemporaryFolder()

    private fun copy(name: String): File = File(folder.root, name).also { Fixtures.file("bundles/$name").copyRecursively(it) }

    @Test
    fun `bundles of every kind open`() {
        for (name in listOf("float32", "int8", "int4", "separate", "words")) {
            val directory = Fixtures.file("bundles/$name")
            Bundle.open(directory).use { bundle ->
                val graph = bundle.graph
                assertTrue(graph.isDirect && graph.isReadOnly && graph.order() == ByteOrder.nativeOrder())
                assertArrayEquals(File(directory, "model.tflite").readBytes(), ByteArray(graph.remaining()).also(graph::get))
                assertEquals(0, bundle.graph.position())
                assertEquals(bundle.manifest.vocabularySizes, Sides(bundle.sourceVocabulary.size, bundle.targetVocabulary.size))
            }
        }
    }

    @Test
    fun `a joint vocabulary is one object, separate ones are two`() {
        Bundle.open(Fixtures.file("bundles/int8")).use { assertSame(it.sourceVocabulary, it.targetVocabulary) }
        Bundle.open(Fixtures.file("bundles/separate")).use {
            assertNotSame(it.sourceVocabulary, it.targetVocabulary)
            assertEquals(listOf(380, 400), listOf(it.sourceVocabulary.size, it.targetVocabulary.size))
            assertTrue(it.sourceVocabulary is SentencePieceVocabulary)
        }
        Bundle.open(Fixtures.file("bundles/words")).use { assertTrue(it.sourceVocabulary is WordVocabulary) }
    }

    @Test
    fun `a closed bundle has no graph`() {
        val bundle = Bundle.open(Fixtures.file("bundles/int8"))
        bundle.close()
        bundle.close()
        assertThrows(IllegalStateException::class.java) { bundle.graph }
    }

    @Test
    fun `what is no bundle`() {
        for (path in listOf(File(folder.root, "none"), folder.newFolder("empty"), folder.newFile("file"))) {
            assertThrows(BundleException.NotABundle::class.java) { Bundle.open(path) }
        }
        val directory = copy("int8")
        for (content in listOf(byteArrayOf(-1, -2), ByteArray((1 shl 24) + 1) { ' '.code.toByte() })) {
            File(directory, "manifest.json").writeBytes(content)
            assertThrows(BundleException.DamagedManifest::class.java) { Bundle.open(directory) }
        }
    }

    @Test
    fun `a missing, shortened or changed file is named`() {
        for (name in listOf("model.tflite", "vocabulary.model", "README.md", "report.json")) {
            val file = File(copy("int8"), name)
            val content = file.readBytes()
            file.writeBytes(content.copyOf(content.size - 7))
            checkDamaged(file, "${content.size - 7} bytes")
            file.writeBytes(content.clone().also { it[it.size / 2] = (it[it.size / 2].toInt() xor 1).toByte() })
            checkDamaged(file, "SHA-256")
            file.delete()
            val error = assertThrows(BundleException.MissingFile::class.java) { Bundle.open(file.parentFile) }
            assertTrue(error.message, "Received: no '$name'" in error.message!!)
            file.parentFile.deleteRecursively()
        }
    }

    private fun checkDamaged(file: File, received: String) {
        val error = assertThrows(BundleException.DamagedFile::class.java) { Bundle.open(file.parentFile) }
        assertTrue(error.message, "Received: '${file.name}' with $received" in error.message!! && "the bundle is damaged" in error.message!!)
    }

    @Test
    fun `a vocabulary of another size, another library or the wrong kind`() {
        val directory = copy("int8")
        replace(directory, "\"source\": 420", "\"source\": 421")
        check<BundleException.DamagedManifest>(directory, "config.source_vocabulary_size must be 421, as the other fields say. Received: 420")
        val manifest = File(directory, "manifest.json")
        manifest.writeText(manifest.readText().replace("\"source_vocabulary_size\": 420", "\"source_vocabulary_size\": 421"))
        check<BundleException.UnusableVocabulary>(directory, "The source vocabulary must have 421 entries. Received: 420")
        directory.deleteRecursively()
        val words = copy("words")
        replace(words, "vocabulary.txt\"", "README.md\"")
        check<BundleException.UnusableVocabulary>(words, "A vocabulary of a bundle must be readable. Received: 'README.md'")
        replace(words, "\"language-model\"", "\"translation\"")
        check<BundleException.DamagedManifest>(words, "signatures of the task 'translation' must have 'encode_'")
    }

    @Test
    fun `an imported model has dictionaries, and one that is none is refused`() {
        val whole = Fixtures.file("decoding/imported-int8/bundle")
        Bundle.open(whole).use {
            assertTrue(it.sourceVocabulary is DictionaryVocabulary && it.targetVocabulary is DictionaryVocabulary)
            assertEquals(listOf(40, 36), listOf(it.sourceVocabulary.size, it.targetVocabulary.size))
            assertFalse(it.manifest.settings.splitTexts)
        }
        val head = "\"format\": \"lite-transformer-dictionary\", \"version\": 1"
        val cases = mapOf(
            "no JSON" to "A dictionary must be JSON", "{$head, \"entries\": [\"a\"]}" to "The source vocabulary must have 40 entries. Received: 5",
            "{$head, \"entries\": [], \"byte_pairs\": \"a\"}" to "Received: 'source.json' (Codes of byte pairs must have two symbols per line",
            "{$head, \"entries\": [], \"sentencepiece\": \"\"}" to "Received: 'source.json' (A SentencePiece model that cuts texts must have normal pieces",
        )
        for ((content, message) in cases) {
            val directory = folder.newFolder()
            whole.copyRecursively(directory, overwrite = true)
            File(directory, "source.json").writeText(content)
            val manifest = Manifest.parse(File(directory, "manifest.json").readText()).json
            val info = JsonObject(mapOf("size" to JsonNumber("${content.length}"), "sha256" to JsonString(sha256(File(directory, "source.json")))))
            File(directory, "manifest.json").writeText(manifest.with(listOf("files", "source.json"), info).write())
            check<BundleException.UnusableVocabulary>(directory, message)
        }
    }

    private fun replace(directory: File, old: String, new: String) {
        val file = File(directory, "manifest.json")
        val text = file.readText()
        assertTrue(old in text)
        val files = text.indexOf("\"files\"")
        file.writeText(text.substring(0, files).replace(old, new) + text.substring(files))
    }

    private inline fun <reified T : BundleException> check(directory: File, message: String) {
        val error = assertThrows(T::class.java) { Bundle.open(directory) }
        assertTrue(error.message, message in error.message!!)
    }
}
