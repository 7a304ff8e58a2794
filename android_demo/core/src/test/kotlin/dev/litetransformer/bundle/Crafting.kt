package dev.litetransformer.bundle

import dev.litetransformer.json.JsonArray
import dev.litetransformer.json.JsonBoolean
import dev.litetransformer.json.JsonNull
import dev.litetransformer.json.JsonNumber
import dev.litetransformer.json.JsonObject
import dev.litetransformer.json.JsonString
import dev.litetransformer.json.JsonValue
import java.nio.ByteBuffer
import java.nio.ByteOrder
import java.util.zip.Deflater

/** JSON of a value. */
fun JsonValue.write(): String =
    when (this) {
        is JsonObject -> entries.entries.joinToString(",", "{", "}") { (name, value) -> "${JsonString(name).write()}:${value.write()}" }
        is JsonArray -> items.joinToString(",", "[", "]") { it.write() }
        is JsonString -> value.map { if (it in ' '..'~' && it != '"' && it != '\\') it.toString() else "\\u%04x".format(it.code) }.joinToString("", "\"", "\"")
        is JsonNumber -> text
        is JsonBoolean -> value.toString()
        JsonNull -> "null"
    }

/** The object with the value at a path of names changed; null removes it. */
fun JsonObject.with(path: List<String>, value: JsonValue?): JsonObject {
    val name = path.first()
    val changed = if (path.size == 1) value else (entries.getValue(name) as JsonObject).with(path.drop(1), value)
    return JsonObject(if (changed == null) entries - name else entries + (name to changed))
}

/** Raw deflate. */
fun deflate(bytes: ByteArray): ByteArray {
    val deflater = Deflater(9, true)
    deflater.setInput(bytes)
    deflater.finish()
    val result = java.io.ByteArrayOutputStream()
    val chunk = ByteArray(4096)
    while (!deflater.finished()) result.write(chunk, 0, deflater.deflate(chunk))
    deflater.end()
    return result.toByteArray()
}

/** A download of this head and what stands behind it. */
fun download(head: String, payload: ByteArray = ByteArray(0)): ByteArray {
    val packed = deflate(head.toByteArray())
    val prefix = ByteBuffer.allocate(9).order(ByteOrder.LITTLE_ENDIAN).put("LTPK".toByteArray()).put(2).putInt(packed.size).array()
    return prefix + packed + payload
}

/** A head that lists one file of one segment. */
fun head(size: Long, packed: Long, method: Int = 0, name: String = "manifest.json"): String =
    "{\"files\":[{\"name\":${JsonString(name).write()},\"size\":$size,\"sha256\":\"0\",\"segments\":[[$method,$size,$packed]]}]}"
