package dev.litetransformer.bundle

import java.io.ByteArrayOutputStream
import java.util.zip.DataFormatException
import java.util.zip.Inflater

/**
 * Raw deflate (RFC 1951) back. [write] gets the bytes in chunks of which the first so many are new.
 *
 * @return how many bytes there were.
 * @throws BundleException.DamagedDownload `data[begin, end)` is no deflate, does not end there, or holds more than [maximum] bytes.
 */
internal fun inflate(data: ByteArray, begin: Int, end: Int, maximum: Long, write: (ByteArray, Int) -> Unit): Long {
    val inflater = Inflater(true)
    try {
        inflater.setInput(data, begin, end - begin)
        val chunk = ByteArray(1 shl 14)
        while (!inflater.finished()) {
            val count = inflater.inflate(chunk)
            if (inflater.bytesWritten > maximum) failPacked("Deflated bytes must be at most $maximum", "more")
            if (count == 0 && !inflater.finished()) failPacked("Deflated bytes must be whole", "an end behind ${inflater.bytesWritten} bytes")
            write(chunk, count)
        }
        if (inflater.remaining > 0) failPacked("Deflated bytes must end with their segment", "${inflater.remaining} bytes more")
        return inflater.bytesWritten
    } catch (error: DataFormatException) {
        throw BundleException.DamagedDownload("Deflated bytes must be readable. Received: ${error.message}; the download is damaged, fetch it again", error)
    } finally {
        inflater.end()
    }
}

/** The same, in one array. */
internal fun inflate(data: ByteArray, begin: Int, end: Int, maximum: Int): ByteArray {
    val result = ByteArrayOutputStream()
    inflate(data, begin, end, maximum.toLong()) { chunk, count -> result.write(chunk, 0, count) }
    return result.toByteArray()
}
