package dev.litetransformer.bundle

import java.io.File
import java.io.InputStream

/** One part of a packed file: how it is packed, its bytes before and after. */
internal class Segment(val method: Int, val size: Long, val packed: Long)

internal class PackedFile(val name: String, val size: Long, val sha256: String, val segments: List<Segment>)

/**
 * The download form of a bundle (docs/download.md), read from front to back. It is unpacked as it comes: memory is needed for one packed segment
 * and what it unpacks to, of which at most 1 MiB is kept, and a size that the head only claims never for any.
 *
 * @param stream stands at the first byte; the head is read at once.
 * @param maximumBytes how many bytes all files together may have.
 */
internal class Download(private val stream: InputStream, maximumBytes: Long) {
    private val files: List<PackedFile> = DownloadHead.read(stream)
    private val total = files.sumOf { it.size }

    /** The packed manifest, which stands for the whole bundle: it has the hashes of all other files. */
    val manifest: PackedFile =
        files.firstOrNull { it.name == Manifest.FILE_NAME }
            ?: throw BundleException.NotABundle("A packed bundle must hold a ${Manifest.FILE_NAME}. Received: only ${files.map { it.name }}")

    init {
        if (total > maximumBytes) throw BundleException.TooLarge("A download may unpack to at most $maximumBytes bytes. Received: one of $total bytes")
    }

    /**
     * Writes all files into an empty directory.
     *
     * @throws BundleException.DamagedDownload a file is not what the head says.
     * @throws BundleException.TooLarge there is not so much room.
     */
    fun unpack(directory: File, onProgress: (written: Long, total: Long) -> Unit) {
        val room = directory.usableSpace
        if (room in 1 until total) throw BundleException.TooLarge("There must be room for $total bytes in '${directory.parent}'. Received: $room free")
        var before = 0L
        for (file in files) {
            UnpackedFile(File(directory, file.name), file) { onProgress(before + it, total) }.use { output ->
                for (segment in file.segments) unpackSegment(segment, readExactly(stream, segment.packed), output)
                output.finish()
            }
            before += file.size
        }
        if (stream.read() >= 0) throw BundleException.DamagedDownload("A packed bundle must end behind its last segment. Received: more bytes")
    }
}

private const val FIRST_CHUNK = 1 shl 16

/** The next [count] bytes of a stream, or all when there are fewer. The array grows with what really comes. */
internal fun readAtMost(stream: InputStream, count: Long): ByteArray {
    var bytes = ByteArray(minOf(count, FIRST_CHUNK.toLong()).toInt())
    var place = 0
    while (place < count) {
        if (place == bytes.size) bytes = bytes.copyOf(minOf(count, 2L * bytes.size).toInt())
        val read = stream.read(bytes, place, bytes.size - place)
        if (read < 0) return bytes.copyOf(place)
        place += read
    }
    return bytes
}

/** @throws BundleException.DamagedDownload there are fewer than [count] bytes. */
internal fun readExactly(stream: InputStream, count: Long): ByteArray {
    val bytes = readAtMost(stream, count)
    if (bytes.size < count) failPacked("A download must not end before its last segment", "${bytes.size} bytes of $count")
    return bytes
}
