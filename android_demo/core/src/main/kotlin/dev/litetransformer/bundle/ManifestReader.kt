package dev.litetransformer.bundle

import dev.litetransformer.json.JsonArray
import dev.litetransformer.json.JsonException
import dev.litetransformer.json.JsonNull
import dev.litetransformer.json.JsonNumber
import dev.litetransformer.json.JsonObject
import dev.litetransformer.json.JsonString
import dev.litetransformer.json.JsonValue
import dev.litetransformer.json.parseJson

internal const val MODEL_NAME = "model.tflite"

/** The text of a manifest as a [Manifest]: every field of the schema must be there and of its kind. */
internal object ManifestReader {
    private const val FORMAT = "lite-transformer-bundle"
    private val SCHEMA_VERSIONS = listOf(1L, 2L)

    /** The caches of bundles that do not list them. */
    private val FIRST_CACHES = listOf(CacheSpec("attention_cache", "new_attention", Growth.ROWS), CacheSpec("window", "new_window", Growth.WINDOW))

    /** 2^29 elements have 2^31 bytes, more than a buffer holds. */
    private const val MAXIMUM_ELEMENTS = (1L shl 29) - 1

    fun read(text: String): Manifest {
        val json = parse(text)
        val format = (json["format"] as? JsonString)?.value
        if (format != FORMAT) throw BundleException.NotABundle("${Manifest.FILE_NAME} must have the format '$FORMAT'. Received: $format")
        val version = json["schema_version"] as? JsonNumber
        if (version?.toLongOrNull() !in SCHEMA_VERSIONS) {
            val rule = "This program reads bundles of schema version ${SCHEMA_VERSIONS.joinToString(" and ")}; use the program that wrote it, or a newer one"
            throw BundleException.UnsupportedVersion("$rule. Received: ${version?.text}")
        }
        return manifest(json)
    }

    private fun parse(text: String): JsonObject {
        val value = try {
            parseJson(text)
        } catch (error: JsonException) {
            throw BundleException.DamagedManifest("${Manifest.FILE_NAME} must be JSON. Received: ${error.message}", error)
        }
        return value as? JsonObject ?: throw BundleException.NotABundle("${Manifest.FILE_NAME} must be an object. Received: ${kind(value)}")
    }

    private fun manifest(json: JsonObject): Manifest {
        val fields = Fields("", json)
        for (name in listOf("quantization", "config", "verification", "metrics")) fields.child(name)
        val manifest = Manifest(
            task = task(fields.text("task")),
            languages = fields.list("languages").map { text("languages", it) },
            settings = settings(fields.child("settings")),
            variant = fields.text("variant"),
            specialIds = fields.child("special_ids").run { SpecialTokens(int("bos"), int("pad"), int("eos"), int("unk")) },
            vocabularySizes = fields.child("vocabulary_sizes").run { Sides(int("source"), int("target")) },
            vocabularyFiles = fields.child("vocabulary_files").run { Sides(text("source"), text("target")) },
            embedDim = fields.int("embed_dim"),
            parameters = fields.long("parameters"),
            buckets = fields.list("buckets").map { int("buckets", it) },
            beamSize = fields.int("beam_size"),
            maxSourceTokens = fields.int("max_source_tokens"),
            maxTargetTokens = fields.int("max_target_tokens"),
            signatures = fields.child("signatures").associate { _, fields -> signature(fields) },
            caches = if (json["caches"] in listOf(null, JsonNull)) FIRST_CACHES else fields.list("caches").map(::cache),
            files = fields.child("files").associate(::fileInfo),
            minimumRuntime = fields.text("minimum_runtime"),
            json = json,
        )
        check(manifest)
        return manifest
    }

    /** What must hold between fields. */
    private fun check(manifest: Manifest) {
        for (name in listOf(MODEL_NAME, manifest.vocabularyFiles.source, manifest.vocabularyFiles.target)) {
            if (name !in manifest.files) fail("files must have the model and the vocabularies", "no '$name'")
        }
        val buckets = manifest.buckets
        if (buckets.isEmpty() || buckets != buckets.distinct().sorted()) fail("buckets must be ascending", buckets)
    }

    private fun task(text: String): Task = Task.entries.firstOrNull { it.text == text } ?: fail("task must be one of ${Task.entries.map { it.text }}", text)

    private fun settings(fields: Fields): Settings {
        val limit = fields.json["max_source_tokens"].takeUnless { it == JsonNull }?.let { int("settings.max_source_tokens", it) }
        if (limit == 0) fail("settings.max_source_tokens must be positive", limit)
        val decoding = if (fields.json["decoding"] in listOf(null, JsonNull)) null else fields.child("decoding").json
        val calibration = if (fields.json["confidence"] in listOf(null, JsonNull)) null else calibration(fields.child("confidence"))
        return Settings(limit, decoding, calibration, fields.json)
    }

    private fun calibration(fields: Fields): Calibration {
        val found = Calibration(fields.double("bias"), fields.double("slope"), fields.double("doubt"))
        if (found.slope < 0 || found.doubt < 0) fail("settings.confidence must have a slope and a doubt of at least 0", found)
        return found
    }

    private fun signature(fields: Fields): Signature {
        fun tensors(name: String) = fields.list(name).map { tensor(Fields("${fields.path}$name.", it.orFail("${fields.path}$name"))) }
        return Signature(tensors("inputs"), tensors("outputs"))
    }

    private fun cache(value: JsonValue): CacheSpec {
        val fields = Fields("caches.", value.orFail("caches"))
        val name = fields.text("growth")
        val growth = Growth.entries.firstOrNull { it.text == name } ?: fail("caches.growth must be one of ${Growth.entries.map { it.text }}", name)
        return CacheSpec(fields.text("input"), fields.text("output"), growth)
    }

    private fun tensor(fields: Fields): TensorSpec {
        val shape = fields.list("shape").map { int("${fields.path}shape", it) }
        val elements = shape.fold(1L) { product, size -> minOf(product * size, MAXIMUM_ELEMENTS + 1) }
        if (elements > MAXIMUM_ELEMENTS) fail("${fields.path}shape must have at most $MAXIMUM_ELEMENTS elements", shape)
        val name = fields.text("dtype")
        val type = DataType.entries.firstOrNull { it.text == name } ?: fail("${fields.path}dtype must be one of ${DataType.entries.map { it.text }}", name)
        return TensorSpec(fields.text("name"), shape, type)
    }

    private fun fileInfo(name: String, fields: Fields): FileInfo {
        if (!isPlainName(name) || name == Manifest.FILE_NAME) fail("files must have plain names of files of the bundle", "'$name'")
        return FileInfo(fields.long("size"), fields.text("sha256"))
    }

    private fun JsonValue.orFail(path: String): JsonObject = this as? JsonObject ?: fail("$path must be an object", kind(this))

    private fun int(path: String, value: JsonValue): Int =
        (value as? JsonNumber)?.toLongOrNull()?.takeIf { it in 0..Int.MAX_VALUE }?.toInt() ?: fail("$path must be a whole number", kind(value))

    private fun text(path: String, value: JsonValue): String = (value as? JsonString)?.value ?: fail("$path must be a string", kind(value))

    /** One object of the manifest; errors name its fields by their whole path. */
    private class Fields(val path: String, val json: JsonObject) {
        private fun field(name: String): JsonValue = json[name] ?: fail("${Manifest.FILE_NAME} must have every field of its schema", "no $path$name")

        fun child(name: String): Fields = Fields("$path$name.", field(name).orFail(path + name))

        fun <T> associate(read: (name: String, fields: Fields) -> T): Map<String, T> = json.entries.keys.associateWith { read(it, child(it)) }

        fun text(name: String): String = text(path + name, field(name))

        fun int(name: String): Int = int(path + name, field(name))

        fun long(name: String): Long =
            (field(name) as? JsonNumber)?.toLongOrNull()?.takeIf { it >= 0 } ?: fail("$path$name must be a whole number", kind(field(name)))

        fun double(name: String): Double =
            (field(name) as? JsonNumber)?.toDouble()?.takeIf { it.isFinite() } ?: fail("$path$name must be a finite number", kind(field(name)))

        fun list(name: String): List<JsonValue> = (field(name) as? JsonArray)?.items ?: fail("$path$name must be an array", kind(field(name)))
    }

    private fun fail(rule: String, received: Any): Nothing =
        throw BundleException.DamagedManifest("$rule. Received: $received; the bundle is damaged, copy or export it again")
}

/** A value in few words, for errors. */
internal fun kind(value: JsonValue): String =
    when (value) {
        is JsonObject -> "an object"
        is JsonArray -> "an array"
        is JsonString -> "'${value.value.take(40)}'"
        is JsonNumber -> value.text.take(40)
        else -> value.toString()
    }

/** Whether a file of that name lies in the directory itself, whatever the system's separators. */
internal fun isPlainName(name: String): Boolean = name.isNotEmpty() && name != "." && name != ".." && name.none { it == '/' || it == '\\' || it == '\u0000' }
