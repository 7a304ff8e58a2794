package dev.litetransformer.demo

import dev.litetransformer.demo.model.GRAPH
import dev.litetransformer.demo.model.MANIFEST
import dev.litetransformer.demo.model.Models
import dev.litetransformer.demo.model.contentOf
import dev.litetransformer.demo.model.download
import dev.litetransformer.demo.model.edited
import dev.litetransformer.demo.model.flipped
import dev.litetransformer.demo.model.listed
import dev.litetransformer.demo.model.pack
import dev.litetransformer.demo.model.with
import java.io.File
import java.io.FilterInputStream
import java.io.IOException
import org.junit.After
import org.junit.Assert.assertEquals
import org.junit.Assert.assertFalse
import org.junit.Assert.assertTrue
import org.junit.Test
import org.junit.runner.RunWith
import org.robolectric.RobolectricTestRunner

/** What the user reads when a bundle cannot be used: the table in README.md, line by line. */
@RunWith(RobolectricTestRunner::class)
class DamagedBundleTest {
    private val good = Models.bytes(Models.phrases)
    private val content = contentOf(Models.directory(Models.phrases))
    private val vocabulary = content.keys.first { it !in setOf(MANIFEST, GRAPH) && it.endsWith(".model") }
    private val rows = ArrayList<String>()

    @After
    fun everySentenceIsDocumented() {
        File("target/damaged-bundles.md").appendText(rows.joinToString("") { "$it\n" })
        assertEquals("README.md must have these lines too", emptyList<String>(), rows - File("../README.md").readLines().toSet())
    }

    @Test
    fun saysWhatIsWrongWithADownload() = Demo().use { demo ->
        val before = demo.state.model
        for ((case, bytes) in downloads()) {
            demo.openDocument("my.ltpk", bytes)
            check(case, demo)
            assertEquals(before, demo.state.model)
        }
        assertEquals("nothing is left of them", emptyList<String>(), added().list().orEmpty().toList())
        assertEquals(Models.translate(Models.TEXT).text, demo.answer(Models.TEXT))
    }

    @Test
    fun saysWhenAFileCannotBeRead() = Demo().use { demo ->
        val half = object : FilterInputStream(good.inputStream()) {
            private var left = good.size / 2

            override fun read(bytes: ByteArray, offset: Int, length: Int): Int {
                if (left == 0) throw IOException("No answer from the memory card")
                return super.read(bytes, offset, minOf(length, left)).also { left -= it }
            }
        }
        demo.openDocument("my.ltpk", half)
        check("a file that cannot be read to its end", demo)
    }

    @Test
    fun saysWhatIsWrongWithAModelThatWasAddedBefore() {
        for ((case, damage) in damages()) {
            Demo().use { demo ->
                demo.openDocument("my.ltpk", good)
                damage(File(added(), "my"))
                demo.activity.engine.release()
                demo.answer(Models.TEXT)
                check(case, demo)
            }
        }
        Demo().use { demo ->
            demo.openDocument("my.ltpk", good)
            File(File(added(), "my"), MANIFEST).writeText("{")
        }
        Demo().use { demo -> check("the manifest of an unpacked model is no JSON", demo) }
    }

    @Test
    fun saysWhenTheRuntimeRefusesAModel() = Demo().use { demo ->
        demo.openDocument("my.ltpk", pack(content.with(GRAPH, ByteArray(content.getValue(GRAPH).size), isListed = true)))
        demo.answer(Models.TEXT)
        check("a `model.tflite` that no runtime reads", demo)
    }

    private fun downloads(): Map<String, ByteArray> = mapOf(
        "another file, for instance a photo" to ByteArray(1000) { (it * 7).toByte() },
        "an empty file" to ByteArray(0),
        "a download that was cut off" to good.copyOf(good.size / 2),
        "a download that was cut off at its beginning" to good.copyOf(20),
        "a download with one flipped bit" to good.flipped(),
        "a download with more bytes behind its end" to good + 1,
        "packed by a newer version" to good.copyOf().also { it[4] = 3 },
        "a bundle of a newer version" to pack(content.edited { it.replace(Regex("(\"schema_version\": *)\\d+"), "$1" + "3") }),
        "no manifest" to pack(content - MANIFEST),
        "the manifest of another program" to pack(content.with(MANIFEST, "{\"format\": \"zip\"}".toByteArray())),
        "a manifest that is no JSON" to pack(content.with(MANIFEST, "{\"format\":".toByteArray())),
        "a manifest without its settings" to pack(content.edited { it.replace("\"task\"", "\"tusk\"") }),
        "a file of the manifest is missing" to pack(content - vocabulary),
        "a file of another size than the manifest's" to pack(content.with(GRAPH, content.getValue(GRAPH) + 1)),
        "a file with another hash than the manifest's" to pack(content.with(GRAPH, content.getValue(GRAPH).flipped())),
        "a vocabulary that is none" to pack(content.with(vocabulary, "no pieces".toByteArray(), isListed = true)),
        "more than 1 GiB unpacked" to download(listOf(listed(MANIFEST, 600_000_000), listed(GRAPH, 600_000_000))),
    )

    private fun damages(): Map<String, (File) -> Unit> = mapOf(
        "an unpacked model with one flipped bit" to { File(it, GRAPH).run { writeBytes(readBytes().flipped()) } },
        "a file of an unpacked model is gone" to { File(it, vocabulary).delete() },
        "an unpacked model is gone" to { it.deleteRecursively() },
    )

    private fun check(case: String, demo: Demo) {
        assertTrue("$case: nothing is said", demo.isShown(R.id.message))
        assertFalse("$case: details are folded away", demo.isShown(R.id.detail))
        demo.click(R.id.details)
        assertTrue(demo.isShown(R.id.detail))
        rows += "| $case | ${general(demo.text(R.id.message))} | ${general(demo.text(R.id.detail))} |"
    }

    /** A sentence without what differs between models and phones. */
    private fun general(sentence: String): String = sentence
        .replace(Demo.application.filesDir.path, "…")
        .replace(Regex("[0-9a-f]{18,}"), "…")
        .replace(Regex("\\b(?<!SHA-)\\d{2,}"), "…")
        .replace(Regex("\\.my\\.unpacking\\.[\\w…]+"), "my")
        .trim()

    private fun added() = File(Demo.application.filesDir, "models/added")
}
