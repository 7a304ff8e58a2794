package dev.litetransformer.demo.model

import java.io.ByteArrayOutputStream
import java.io.File
import java.nio.ByteBuffer
import java.nio.ByteOrder
import java.security.MessageDigest
import java.util.zip.Deflater
import java.util.zip.DeflaterOutputStream

private const val PREFIX_BYTES = 9

internal const val MANIFEST = "manifest.json"
internal const val GRAPH = "model.tflite"

/** A bundle's files by name. */
internal typealias BundleContent = Map<String, ByteArray>

internal fun contentOf(directory: File): BundleContent = directory.listFiles().orEmpty().sorted().associate { it.name to it.readBytes() }

/** A download of these files, as they are. */
internal fun pack(content: BundleContent): ByteArray {
    val files = content.map { (name, bytes) -> listed(name, bytes.size.toLong(), sha256(bytes)) }
    return download(files) + content.values.fold(ByteArray(0), ByteArray::plus)
}

/** The beginning of a download that claims these files, each with [listed]. */
internal fun download(files: List<String>): ByteArray {
    val head = deflate("""{"files":[${files.joinToString(",")}]}""".toByteArray())
    return ByteBuffer.allocate(PREFIX_BYTES).order(ByteOrder.LITTLE_ENDIAN).put("LTPK".toByteArray()).put(2).putInt(head.size).array() + head
}

internal fun listed(name: String, size: Long, sha256: String = "0"): String =
    """{"name":"$name","size":$size,"sha256":"$sha256","segments":[[0,$size,$size]]}"""

/** The same bundle with one file replaced. With [isListed] the manifest has the new file's size and hash, as if it had been exported so. */
internal fun BundleContent.with(name: String, bytes: ByteArray, isListed: Boolean = false): BundleContent {
    if (!isListed) return this + (name to bytes)
    val before = getValue(name)
    return edited { it.replace(sha256(before), sha256(bytes)).replace(Regex("(: *)${before.size}\\b"), "$1${bytes.size}") } + (name to bytes)
}

/** The same bundle with another manifest. */
internal fun BundleContent.edited(change: (String) -> String): BundleContent = this + (MANIFEST to change(getValue(MANIFEST).decodeToString()).toByteArray())

/** The same bytes with one bit in the middle turned round. */
internal fun ByteArray.flipped(): ByteArray = copyOf().also { it[size / 2] = (it[size / 2].toInt() xor 1).toByte() }

private fun deflate(bytes: ByteArray): ByteArray = ByteArrayOutputStream().also { stream ->
    DeflaterOutputStream(stream, Deflater(Deflater.BEST_COMPRESSION, true)).use { it.write(bytes) }
}.toByteArray()

private fun sha256(bytes: ByteArray): String = MessageDigest.getInstance("SHA-256").digest(bytes).joinToString("") { "%02x".format(it) }
