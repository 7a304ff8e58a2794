package dev.litetransformer.bundle

import dev.litetransformer.json.JsonArray
import dev.litetransformer.json.JsonException
import dev.litetransformer.json.JsonNumber
import dev.litetransformer.json.JsonObject
import dev.litetransformer.json.JsonString
import dev.litetransformer.json.JsonValue
import dev.litetransformer.json.parseJson
import java.io.InputStream
import java.nio.ByteBuffer
import java.nio.charset.CharacterCodingException

/** The head of a download: which files there are, and how each is packed. */
internal object DownloadHead {
    private const val VERSION = 2
    private const val PREFIX_BYTES = 9
    private const val METHODS = 5

    /** The head of a file with ten thousand segments has less. */
    private const val MAXIMUM_HEAD_BYTES = 1 shl 20

    /** Bytes to which a packed byte may unpack, beyond the first [FREE_EXPANSION]; as in Python. */
    private const val MAXIMUM_EXPANSION = 128L
    private const val FREE_EXPANSION = 1L shl 20

    /** Sizes stay below, as in Python. */
    private const val SIZE_LIMIT = 1L shl 30

    fun read(stream: InputStream): List<PackedFile> {
        val prefix = readAtMost(stream, PREFIX_BYTES.toLong())
        if (prefix.size < PREFIX_BYTES || String(prefix, 0, 4, Charsets.ISO_8859_1) != "LTPK") {
            throw BundleException.NotABundle("A packed bundle must begin with 'LTPK' and the length of its head. Received: ${hexadecimal(prefix)}")
        }
        val version = prefix[4].toInt() and 0xFF
        if (version != VERSION) {
            val rule = "This program unpacks version $VERSION; use the program that wrote it, or a newer one"
            throw BundleException.UnsupportedVersion("$rule. Received: $version")
        }
        val length = uint32(prefix, 5)
        if (length > MAXIMUM_HEAD_BYTES) fail("must have at most $MAXIMUM_HEAD_BYTES bytes", length)
        val head = readExactly(stream, length)
        return files(parse(inflate(head, 0, head.size, MAXIMUM_HEAD_BYTES)))
    }

    private fun parse(bytes: ByteArray): JsonValue =
        try {
            parseJson(Charsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString())
        } catch (error: CharacterCodingException) {
            fail("must be JSON in UTF-8", error.message)
        } catch (error: JsonException) {
            fail("must be JSON", error.message)
        }

    private fun files(json: JsonValue): List<PackedFile> {
        val items = ((json as? JsonObject)?.get("files") as? JsonArray)?.items ?: fail("must list the files", kind(json))
        val files = items.map(::file)
        val twice = files.groupBy { it.name }.values.firstOrNull { it.size > 1 }
        if (twice != null) fail("must list a file once", twice[0].name)
        checkExpansion(files.flatMap { it.segments })
        return files
    }

    /** A stream is unpacked as it comes, so the rule holds for every beginning of it: claims about what follows buy nothing. */
    private fun checkExpansion(segments: List<Segment>) {
        var packed = 0L
        var unpacked = 0L
        for (segment in segments) {
            packed += segment.packed
            unpacked += segment.size
            if (unpacked > MAXIMUM_EXPANSION * packed + FREE_EXPANSION) {
                fail("must not promise more than $MAXIMUM_EXPANSION bytes for each packed one", "$unpacked of $packed")
            }
        }
    }

    private fun file(json: JsonValue): PackedFile {
        val entry = json as? JsonObject ?: fail("must have an object for each file", kind(json))
        val name = (entry["name"] as? JsonString)?.value
        if (name == null || !isPlainName(name)) fail("must have plain file names", name)
        val hash = (entry["sha256"] as? JsonString)?.value ?: fail("must have the SHA-256 of '$name'", "none")
        val size = size(entry["size"])
        val segments = (entry["segments"] as? JsonArray)?.items?.map(::segment) ?: fail("must list the segments of '$name'", "none")
        if (segments.sumOf { it.size } != size) fail("must have segments that add up to the size $size of '$name'", segments.sumOf { it.size })
        return PackedFile(name, size, hash, segments)
    }

    private fun segment(json: JsonValue): Segment {
        val numbers = (json as? JsonArray)?.items.orEmpty().map(::size)
        if (numbers.size != 3) fail("must have method, size and packed size for each segment", "${numbers.size} numbers")
        if (numbers[0] >= METHODS) fail("must have methods below $METHODS", numbers[0])
        return Segment(numbers[0].toInt(), numbers[1], numbers[2])
    }

    private fun size(json: JsonValue?): Long =
        (json as? JsonNumber)?.toLongOrNull()?.takeIf { it in 0 until SIZE_LIMIT }
            ?: fail("must have whole numbers below $SIZE_LIMIT as sizes", json?.let(::kind))

    private fun fail(rule: String, received: Any?): Nothing =
        throw BundleException.DamagedDownload("The head of a packed bundle $rule. Received: $received; the download is damaged, fetch it again")
}

/** A number of four bytes, the lowest first. */
internal fun uint32(bytes: ByteArray, place: Int): Long = (3 downTo 0).fold(0L) { value, i -> value shl 8 or (bytes[place + i].toLong() and 0xFF) }
