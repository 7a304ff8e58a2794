package dev.litetransformer.bundle

import org.tukaani.xz.LZMAInputStream
import java.io.ByteArrayInputStream
import java.io.IOException

/** Most that a reader keeps of what it has unpacked, whatever a file claims; the writer looks back no further. */
private const val DICTIONARY_BYTES = 1 shl 20
private const val CHUNK_BYTES = 1 shl 14

/**
 * LZMA back: a byte of its three numbers, then a raw stream with an end marker. [write] gets the bytes in chunks of which the first so many are new.
 * Memory is needed for [maximum] bytes, at most 1 MiB, and a chunk: a segment cannot refer to what lies before its own beginning.
 *
 * @return how many bytes there were.
 * @throws BundleException.DamagedDownload [packed] is no LZMA, does not end with its marker, or holds more than [maximum] bytes.
 */
internal fun decompressLzma(packed: ByteArray, maximum: Long, write: (ByteArray, Int) -> Unit): Long {
    if (packed.isEmpty()) failPacked("A segment of LZMA must begin with its numbers", "no byte")
    val input = ByteArrayInputStream(packed, 1, packed.size - 1)
    val chunk = ByteArray(minOf(maximum + 1, CHUNK_BYTES.toLong()).toInt())
    var size = 0L
    try {
        val stream = LZMAInputStream(input, -1, packed[0], minOf(maximum, DICTIONARY_BYTES.toLong()).toInt())
        while (true) {
            val count = stream.read(chunk)
            if (count < 0) break
            size += count
            if (size > maximum) failPacked("A segment of LZMA must hold at most $maximum bytes", "more")
            write(chunk, count)
        }
    } catch (error: IOException) {
        val received = error.message ?: error.javaClass.simpleName
        throw BundleException.DamagedDownload("A segment of LZMA must be readable. Received: $received; the download is damaged, fetch it again", error)
    }
    if (input.available() > 0) failPacked("A segment of LZMA must end with its marker", "${input.available()} bytes more")
    return size
}
