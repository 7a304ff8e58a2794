package dev.litetransformer.bundle

import java.io.Closeable
import java.io.File
import java.io.FileOutputStream
import java.security.MessageDigest

private const val STORED = 0
private const val LZMA = 1
private const val SYMBOLS = 2
private const val NIBBLES = 3

/** A file that is written while its size and hash are checked. */
internal class UnpackedFile(file: File, private val expected: PackedFile, private val onWritten: (Long) -> Unit) : Closeable {
    private val stream = FileOutputStream(file)
    private val digest = MessageDigest.getInstance("SHA-256")
    private val chunk = ByteArray(1 shl 16)
    private var filled = 0
    private var written = 0L

    fun write(byte: Int) {
        if (filled == chunk.size) flush()
        chunk[filled++] = byte.toByte()
    }

    fun write(bytes: ByteArray, count: Int) {
        flush()
        pass(bytes, count)
    }

    /** @throws BundleException.DamagedDownload the file is not the expected one. */
    fun finish() {
        flush()
        stream.fd.sync()
        val hash = hexadecimal(digest.digest())
        if (written != expected.size || hash != expected.sha256) {
            failPacked("A packed file must be what its head says, ${expected.size} bytes with SHA-256 ${expected.sha256}", "'${expected.name}' with $hash")
        }
    }

    override fun close(): Unit = stream.close()

    private fun flush() {
        pass(chunk, filled)
        filled = 0
    }

    private fun pass(bytes: ByteArray, count: Int) {
        if (count == 0) return
        stream.write(bytes, 0, count)
        digest.update(bytes, 0, count)
        written += count
        onWritten(written)
    }
}

/** Unpacks one segment by the methods of docs/download.md. */
internal fun unpackSegment(segment: Segment, packed: ByteArray, output: UnpackedFile) {
    when (segment.method) {
        STORED -> {
            if (packed.size.toLong() != segment.size) failPacked("A stored segment must have ${segment.size} bytes", packed.size)
            output.write(packed, packed.size)
        }
        LZMA -> {
            val size = decompressLzma(packed, segment.size, output::write)
            if (size != segment.size) failPacked("A segment of LZMA must hold ${segment.size} bytes", size)
        }
        SYMBOLS -> SymbolDecoder(segment.size, packed, 0, packed.size).run {
            for (i in 0 until segment.size) output.write(next())
            finish()
        }
        NIBBLES -> SymbolDecoder(2 * segment.size, packed, 0, packed.size).run {
            for (i in 0 until segment.size) output.write(half() or (half() shl 4))
            finish()
        }
        else -> unpackPlanes(segment.size, packed, output)
    }
}

private fun SymbolDecoder.half(): Int = next().also { if (it > 15) failPacked("Half bytes must lie in [0, 15]", it) }

/** Numbers of four bytes: symbols for all first bytes, for all second bytes, and so on, which are put together again side by side. */
private fun unpackPlanes(size: Long, packed: ByteArray, output: UnpackedFile) {
    if (size % 4 != 0L) failPacked("A segment of planes must have a multiple of 4 bytes", size)
    var place = 0
    val planes = Array(4) {
        if (packed.size - place < 4) failPacked("A segment of planes must hold four of them", it)
        val length = uint32(packed, place)
        if (length > packed.size - place - 4) failPacked("A plane must end inside its segment", "$length bytes")
        place += 4 + length.toInt()
        SymbolDecoder(size / 4, packed, place - length.toInt(), place)
    }
    if (place != packed.size) failPacked("A segment of planes must end behind the fourth", "${packed.size - place} bytes more")
    for (i in 0 until size / 4) for (plane in planes) output.write(plane.next())
    planes.forEach { it.finish() }
}

internal fun failPacked(rule: String, received: Any): Nothing =
    throw BundleException.DamagedDownload("$rule. Received: $received; the download is damaged, fetch it again")
