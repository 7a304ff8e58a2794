package dev.litetransformer.bundle

import dev.litetransformer.Fixtures
import dev.litetransformer.conformance.Vectors
import org.junit.After
import org.junit.Assert.assertArrayEquals
import org.junit.Assert.assertEquals
import org.junit.Assert.assertThrows
import org.junit.Assert.assertTrue
import org.junit.Before
import org.junit.Rule
import org.junit.Test
import org.junit.rules.TemporaryFolder
import java.io.ByteArrayInputStream
import java.io.ByteArrayOutputStream
import java.io.File
import java.io.InputStream
import java.lang.management.ManagementFactory
import java.util.Random
import java.util.concurrent.Executors

class DownloadTest {
    @get:Rule
    val folder = TemporaryFolder()

    private lateinit var target: File
    private var leavesBundle = false
    private val packed = Fixtures.file("bundles/int8.ltpk").readBytes()

    @Before
    fun setUp() {
        target = File(folder.root, "models/demo")
    }

    /** Whatever a test does, nothing lies beside the target. */
    @After
    fun nothingIsLeft() {
        assertEquals(if (leavesBundle) listOf("demo") else emptyList<String>(), target.parentFile.list().orEmpty().toList())
    }

    private fun open(bytes: ByteArray) = Bundle.open(ByteArrayInputStream(bytes), target)

    private fun checkSame(expected: File, actual: File) {
        assertEquals(expected.list()!!.sorted(), actual.list()!!.sorted())
        for (name in expected.list()!!) assertArrayEquals(name, File(expected, name).readBytes(), File(actual, name).readBytes())
    }

    @Test
    fun `downloads of every kind unpack bit by bit, each in the place of the one before`() {
        for (name in listOf("float32", "int8", "int4", "separate", "words")) {
            open(Fixtures.file("bundles/$name.ltpk").readBytes()).use { assertEquals(target, it.directory) }
            checkSame(Fixtures.file("bundles/$name"), target)
        }
        leavesBundle = true
    }

    @Test
    fun `every method unpacks to Python's bytes, however the stream comes`() {
        val bytes = Fixtures.file("bundles/methods.ltpk").readBytes()
        for (stream in listOf(ByteArrayInputStream(bytes), Dripping(bytes))) {
            val directory = folder.newFolder()
            val reports = ArrayList<Pair<Long, Long>>()
            Download(stream, 1 shl 30).unpack(directory) { written, total -> reports += written to total }
            checkSame(Fixtures.file("bundles/methods"), directory)
            val total = directory.listFiles()!!.sumOf { it.length() }
            assertEquals(total to total, reports.last())
            assertEquals(reports.sortedBy { it.first }, reports)
        }
    }

    @Test
    fun `what is there already is not unpacked again, and repaired when damaged`() {
        open(packed).close()
        val stream = ByteArrayInputStream(packed)
        Bundle.open(stream, target).close()
        assertTrue(stream.available() > packed.size / 2)
        File(target, "model.tflite").appendText("x")
        open(packed).close()
        checkSame(Fixtures.file("bundles/int8"), target)
        leavesBundle = true
    }

    @Test
    fun `an empty directory is filled, another one is refused`() {
        target.mkdirs()
        open(packed).close()
        File(target, "manifest.json").delete()
        assertThrows(BundleException.DirectoryInUse::class.java) { open(packed) }
        assertEquals(4, target.list()!!.size)
        target.deleteRecursively()
        target.writeText("a file")
        assertThrows(BundleException.DirectoryInUse::class.java) { open(packed) }
        assertEquals("a file", target.readText())
        leavesBundle = true
    }

    @Test
    fun `a cut or changed download is refused and the bundle before it stays`() {
        val other = Fixtures.file("bundles/float32.ltpk").readBytes()
        open(other).close()
        val random = Random(3)
        repeat(60) { round ->
            val place = random.nextInt(packed.size)
            val flipped = (packed[place].toInt() xor (1 shl random.nextInt(8))).toByte()
            val damaged = if (round % 2 == 0) packed.copyOf(place) else packed.clone().also { it[place] = flipped }
            assertThrows("$round $place", BundleException::class.java) { open(damaged) }
        }
        assertThrows(BundleException.DamagedDownload::class.java) { open(packed + 0) }
        checkSame(Fixtures.file("bundles/float32"), target)
        leavesBundle = true
    }

    @Test
    fun `threads that open the same download at once all get it`() {
        val threads = Executors.newFixedThreadPool(4)
        val opened = (1..4).map { threads.submit<Int> { open(packed).use { it.graph.remaining() } } }.map { it.get() }
        threads.shutdown()
        assertEquals(List(4) { File(target, "model.tflite").length().toInt() }, opened)
        leavesBundle = true
    }

    @Test
    fun `what a killed process left is removed after an hour`() {
        val old = File(target.parentFile, ".demo.unpacking.1")
        val fresh = File(target.parentFile, ".demo.unpacking.2")
        for (directory in listOf(old, fresh)) File(directory.also { it.mkdirs() }, "model.tflite").writeText("half")
        old.setLastModified(System.currentTimeMillis() - 4_000_000)
        open(packed).close()
        assertEquals(listOf(".demo.unpacking.2", "demo"), target.parentFile.list()!!.sorted())
        fresh.deleteRecursively()
        leavesBundle = true
    }

    @Test
    fun `what stops in the middle leaves nothing`() {
        class Stop : RuntimeException()
        assertThrows(Stop::class.java) { Bundle.open(ByteArrayInputStream(packed), target) { written, total -> if (written > total / 2) throw Stop() } }
        assertThrows(java.io.IOException::class.java) { Bundle.open(Dripping(packed, failAt = packed.size - 5), target) }
    }

    @Test
    fun `another format or version`() {
        for (bytes in listOf(ByteArray(0), "LTP".toByteArray(), "PK\u0003\u0004 and so on".toByteArray(), packed.copyOf(8))) {
            assertThrows(BundleException.NotABundle::class.java) { open(bytes) }
        }
        assertThrows(BundleException.UnsupportedVersion::class.java) { open(packed.clone().also { it[4] = 1 }) }
        assertThrows(BundleException.NotABundle::class.java) { open(download("{\"files\":[]}")) }
        assertThrows(BundleException.NotABundle::class.java) { open(download(head(0, 0, name = "model.tflite"))) }
    }

    @Test
    fun `heads that say what cannot be`() {
        val heads = listOf(
            "", "{", "[]", "{}", "{\"files\":1}", "{\"files\":[1]}", "{\"files\":[{}]}", "{\"files\":[{\"name\":\"a\"}]}",
            "{\"files\":[{\"name\":\"a\",\"size\":1,\"sha256\":\"\",\"segments\":[]}]}",
            "{\"files\":[{\"name\":\"a\",\"size\":1,\"sha256\":\"\",\"segments\":[[0,1]]}]}",
            head(1, 1, method = 5), head(-1, 1), head(1L shl 30, 1), head(1, 1L shl 30), head(Long.MAX_VALUE, 1),
            "{\"files\":[${listOf(1, 2).joinToString(",") { "{\"name\":\"manifest.json\",\"size\":0,\"sha256\":\"\",\"segments\":[]}" }}]}",
        )
        for (head in heads) assertThrows(head, BundleException.DamagedDownload::class.java) { open(download(head)) }
        for (name in listOf("../evil", "a/b", "/evil", "..", ".", "", "a\\b", "a\u0000")) {
            val error = assertThrows(name, BundleException.DamagedDownload::class.java) { open(download(head(1, 1, name = name), ByteArray(1))) }
            assertTrue(error.message, "plain file names" in error.message!!)
        }
    }

    @Test
    fun `segments that are none`() {
        val cases = listOf(0 to "ab", 1 to "", 1 to "a", 1 to "\u0003\u0000some words", 2 to "abc", 2 to "", 3 to "\u0001\u0001\u0000\u0003", 4 to "abcd", 4 to "")
        for ((method, text) in cases) {
            val content = text.toByteArray()
            assertThrows("$method $text", BundleException.DamagedDownload::class.java) { open(download(head(4, content.size.toLong(), method), content)) }
        }
        assertThrows(BundleException.DamagedDownload::class.java) { open(download(head(4, 4), ByteArray(4))) }
    }

    @Test
    fun `LZMA ends with its marker, at the size that was said`() {
        assertEquals("abc".repeat(100), unlzma(ABC, 300).decodeToString())
        for (damaged in listOf(ABC.copyOf(ABC.size - 1), ABC.copyOf(5), ABC + 0, ABC.copyOf().also { it[0] = -31 }, ABC.copyOf().also { it[1] = 1 })) {
            assertThrows(BundleException.DamagedDownload::class.java) { unlzma(damaged, 300) }
        }
        val error = assertThrows(BundleException.DamagedDownload::class.java) { open(download(head(301, ABC.size.toLong(), 1), ABC)) }
        assertTrue(error.message, "must hold 301 bytes" in error.message!!)
        assertThrows(BundleException.DamagedDownload::class.java) { unlzma(ABC, 299) }
    }

    private fun unlzma(packed: ByteArray, maximum: Long): ByteArray {
        val result = ByteArrayOutputStream()
        val size = decompressLzma(packed, maximum) { chunk, count -> result.write(chunk, 0, count) }
        assertEquals(result.size().toLong(), size)
        return result.toByteArray()
    }

    @Test
    fun `bombs are refused before they take memory or room`() {
        val largest = (1L shl 30) - 1
        assertThrows(BundleException.DamagedDownload::class.java) { open(download(head(1000, ZEROS.size.toLong(), 1), ZEROS)) }
        assertThrows(BundleException.DamagedDownload::class.java) { open(download(" ".repeat(1 shl 25))) }
        assertThrows(BundleException.DamagedDownload::class.java) { open(packed.copyOf(9).also { it.fill(-1, 5, 9) } + packed) }
        assertThrows(BundleException.DamagedDownload::class.java) { open(download(head(largest, largest, 2), ByteArray(10))) }
        val error = assertThrows(BundleException.TooLarge::class.java) { Bundle.open(ByteArrayInputStream(packed), target, 100_000) }
        assertTrue(error.message, "may unpack to at most 100000 bytes" in error.message!!)
        val many = listOf("manifest.json", "a", "b").joinToString(",") { head(largest, largest, 2, it).removeSurrounding("{\"files\":[", "]}") }
        assertThrows(BundleException.TooLarge::class.java) { open(download("{\"files\":[$many]}", ByteArray(27))) }
    }

    @Test
    fun `a head promises no more than its packed bytes allow`() {
        for (size in listOf((1 shl 20) + 128 * 10 + 1, (1 shl 30) - 1)) {
            val error = assertThrows(BundleException.DamagedDownload::class.java) { open(download(head(size.toLong(), 10, 2), ByteArray(10))) }
            assertTrue(error.message, "must not promise more than 128 bytes for each packed one" in error.message!!)
        }
        val later = listOf(head((1 shl 21).toLong(), 10, 2), head(9, 1L shl 20, 0, "a")).joinToString(",") { it.removeSurrounding("{\"files\":[", "]}") }
        val error = assertThrows(BundleException.DamagedDownload::class.java) { open(download("{\"files\":[$later]}")) }
        assertTrue(error.message, "Received: 2097152 of 10" in error.message!!)
    }

    @Test
    fun `a symbol with all of the probability has the lanes of its count`() {
        // Python's encode of a million times 200: 64 lanes, one code, 64 states of 2^16, no word.
        val table = deflate(ByteArray(200) + 160.toByte())
        fun symbols(lanes: Int) = byteArrayOf(lanes.toByte(), table.size.toByte(), 0) + table + ByteArray(4 * lanes) { if (it % 4 == 2) 1 else 0 }
        val decoder = symbols(64).let { SymbolDecoder(1_000_000, it, 0, it.size) }
        repeat(1_000_000) { assertEquals(200, decoder.next()) }
        decoder.finish()
        for (lanes in listOf(1, 2, 32)) {
            val error = assertThrows(BundleException.DamagedDownload::class.java) { symbols(lanes).let { SymbolDecoder(1_000_000, it, 0, it.size) } }
            assertTrue(error.message, "must have 64 lanes" in error.message!!)
        }
    }

    @Test
    fun `unpacking takes memory in proportion to the segments`() {
        val threads = ManagementFactory.getThreadMXBean() as com.sun.management.ThreadMXBean
        for (file in listOf("int8", "methods").map { Fixtures.file("bundles/$it.ltpk") } + Vectors.packedModels()) {
            val bytes = file.readBytes()
            Download(ByteArrayInputStream(bytes), 1 shl 30).unpack(folder.newFolder()) { _, _ -> }
            val directory = folder.newFolder()
            val before = threads.currentThreadAllocatedBytes
            Download(ByteArrayInputStream(bytes), 1 shl 30).unpack(directory) { _, _ -> }
            val allocated = threads.currentThreadAllocatedBytes - before
            val unpacked = directory.listFiles()!!.sumOf { it.length() }
            println("${file.name}: ${bytes.size} bytes are $unpacked unpacked; $allocated allocated")
            assertTrue("${file.name}: $allocated", allocated < 8 * unpacked)
        }
    }

    @Test
    fun `unpacking is fast`() {
        val bytes = Fixtures.file("bundles/methods.ltpk").readBytes()
        val times = (1..5).map { folder.newFolder() }.map { directory ->
            val begin = System.nanoTime()
            Download(ByteArrayInputStream(bytes), 1 shl 30).unpack(directory) { _, _ -> }
            (System.nanoTime() - begin) / 1_000_000
        }
        println("${Fixtures.file("bundles/methods").listFiles()!!.sumOf { it.length() }} bytes unpacked in ${times.min()} ms")
        assertTrue(times.toString(), times.min() < 5000)
    }

    private companion object {
        /** What Python's lzma_code makes of 100 times "abc", and of 65,536 zeros. */
        private val ABC = bytes("030030994de18b23c0954e43fffff6bbc000")
        private val ZEROS = bytes(
            "030000707dfdffae90a14013bd53369db418636ba1ee71f7e68d7b7d65f9d6317d20983008d0aa6374590fa52bc9eadde279087cdea89a5852e65bbffffffffb890000",
        )

        private fun bytes(hexadecimal: String) = hexadecimal.chunked(2).map { it.toInt(16).toByte() }.toByteArray()
    }

    /** Gives a byte or two at a time, and fails at a place if asked to. */
    private class Dripping(private val bytes: ByteArray, private val failAt: Int = Int.MAX_VALUE) : InputStream() {
        private var place = 0

        override fun read(): Int {
            if (place >= failAt) throw java.io.IOException("the line broke")
            return if (place < bytes.size) bytes[place++].toInt() and 0xFF else -1
        }

        override fun read(target: ByteArray, offset: Int, length: Int): Int {
            val first = if (length == 0) 0 else read()
            if (length == 0 || first < 0) return first
            target[offset] = first.toByte()
            if (length == 1 || place == bytes.size || place >= failAt) return 1
            target[offset + 1] = read().toByte()
            return 2
        }
    }
}
