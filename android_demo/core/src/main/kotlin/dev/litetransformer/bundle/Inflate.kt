package dev.litetransformer.bundle

import java.io.ByteArrayOutputStream
import java.util.zip.DataFormatException
import java.util.zip.Inflater

/**
 * Raw deflate (RFC 1951) back.
 *
 * @throws BundleException.DamagedDownload `data[begin, end)` is no deflate, does not end there, or holds more than [maximum] bytes.
 */
internal fun inflate(data: ByteArray, begin: Int, end: Int, maximum: Int): ByteArray {
    val result = ByteArrayOutputStream()
    val inflater = Inflater(true)
    try {
        inflater.setInput(data, begin, end - begin)
        val chunk = ByteArray(1 shl 14)
        while (!inflater.finished()) {
            val count = inflater.inflate(chunk)
            if (inflater.bytesWritten > maximum) failPacked("Deflated bytes must be at most $maximum", "more")
            if (count == 0 && !inflater.finished()) failPacked("Deflated bytes must be whole", "an end behind ${inflater.bytesWritten} bytes")
            result.write(chunk, 0, count)
        }
        if (inflater.remaining > 0) failPacked("Deflated bytes must end with their part", "${inflater.remaining} bytes more")
        return result.toByteArray()
    } catch (error: DataFormatException) {
        throw BundleException.DamagedDownload("Deflated bytes must be readable. Received: ${error.message}; the download is damaged, fetch it again", error)
    } finally {
        inflater.end()
    }
}
