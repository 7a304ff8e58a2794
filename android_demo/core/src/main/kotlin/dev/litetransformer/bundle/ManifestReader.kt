package dev.litetransformer.bundle

import dev.litetransformer.json.JsonArray
import dev.litetransformer.json.JsonBoolean
import dev.litetransformer.json.JsonException
import dev.litetransformer.json.JsonNull
import dev.litetransformer.json.JsonNumber
import dev.litetransformer.json.JsonObject
import dev.litetransformer.json.JsonString
import dev.litetransformer.json.JsonValue
import dev.litetransformer.json.parseJson
import dev.litetransformer.runtime.MAXIMUM_ELEMENTS

internal const val MODEL_NAME = "model.tflite"

/** The text of a manifest as a [Manifest]: every field of the schema must be there and of its kind. */
internal object ManifestReader {
    private const val FORMAT = "lite-transformer-bundle"
    private val SCHEMA_VERSIONS = listOf(1L, 2L)

    /** The caches of bundles that do not list them. */
    private val FIRST_CACHES = listOf(CacheSpec("attention_cache", "new_attention", Growth.ROWS), CacheSpec("window", "new_window", Growth.WINDOW))

    private val VERSION = Regex("[0-9]+\\.[0-9]+\\.[0-9]+")
    private val DIGEST = Regex("[0-9a-f]{64}")

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
        checkPlain(fields)
        val manifest = Manifest(
            task = task(fields.text("task")),
            languages = fields.list("languages").map { word("languages", it) },
            settings = settings(fields.child("settings")),
            variant = fields.word("variant"),
            specialIds = fields.child("special_ids").run { SpecialTokens(int("bos"), int("pad"), int("eos"), int("unk")) },
            vocabularySizes = fields.child("vocabulary_sizes").run { Sides(positive("source"), positive("target")) },
            vocabularyFiles = fields.child("vocabulary_files").run { Sides(text("source"), text("target")) },
            embedDim = fields.positive("embed_dim"),
            parameters = fields.long("parameters"),
            buckets = fields.list("buckets").map { int("buckets", it) },
            beamSize = fields.positive("beam_size"),
            maxSourceTokens = fields.int("max_source_tokens"),
            maxTargetTokens = fields.int("max_target_tokens"),
            signatures = fields.child("signatures").associate { _, fields -> signature(fields) },
            caches = if (json["caches"] in listOf(null, JsonNull)) FIRST_CACHES else caches(fields.list("caches")),
            files = fields.child("files").associate(::fileInfo),
            minimumRuntime = version(fields.text("minimum_runtime")),
            json = json,
        )
        check(manifest)
        return manifest
    }

    /** The fields that only people and Python read. */
    private fun checkPlain(fields: Fields) {
        for (name in listOf("config", "verification")) fields.child(name)
        fields.child("quantization").run { for (name in listOf("weights", "activations")) text(name) }
        for (name in listOf("licence", "attribution")) if (fields.json[name] != null) fields.text(name)
        val scores = fields.child("metrics").run { if (json["scores"] == null) return else child("scores") }
        for ((name, entry) in scores.json.entries) {
            val score = (entry as? JsonObject)?.get("score") ?: entry
            if (score !is JsonNumber) fail("${scores.path}$name must be a number, or have one as score", kind(entry))
        }
    }

    /** What must hold between fields. */
    private fun check(manifest: Manifest) {
        for (name in listOf(MODEL_NAME, manifest.vocabularyFiles.source, manifest.vocabularyFiles.target)) {
            if (name !in manifest.files) fail("files must have the model and the vocabularies", "no '$name'")
        }
        val buckets = manifest.buckets
        if (buckets.isEmpty() || buckets.first() < 1 || buckets != buckets.distinct().sorted()) fail("buckets must be positive and ascending", buckets)
        for (limit in listOf(manifest.maxSourceTokens, manifest.maxTargetTokens)) {
            if (limit > buckets.last()) fail("max_source_tokens and max_target_tokens must be at most the largest bucket, ${buckets.last()}", limit)
        }
        val ids = manifest.specialIds.run { listOf(bos, pad, eos, unk) }
        val smallest = manifest.vocabularySizes.run { minOf(source, target) }
        if (ids.max() >= smallest || ids.distinct().size < ids.size) fail("special_ids must differ and lie below the vocabulary_sizes", ids)
        checkConfig(manifest)
    }

    /** What the configuration of the model says too must be the same; another program's may say none of it. */
    private fun checkConfig(manifest: Manifest) {
        val ids = manifest.specialIds
        val sizes = manifest.vocabularySizes
        val stated = mapOf(
            "embed_dim" to manifest.embedDim, "source_vocabulary_size" to sizes.source, "target_vocabulary_size" to sizes.target,
            "vocabulary_size" to sizes.source, "bos_id" to ids.bos, "pad_id" to ids.pad, "eos_id" to ids.eos, "unk_id" to ids.unk,
        )
        val config = manifest.json["config"] as JsonObject
        for ((name, number) in stated) {
            val found = config[name] ?: continue
            if ((found as? JsonNumber)?.toLongOrNull() != number.toLong()) fail("config.$name must be $number, as the other fields say", kind(found))
        }
    }

    private fun version(text: String): String = text.takeIf(VERSION::matches) ?: fail("minimum_runtime must be a version such as 2.18.0", "'$text'")

    private fun task(text: String): Task = Task.entries.firstOrNull { it.text == text } ?: fail("task must be one of ${Task.entries.map { it.text }}", text)

    private fun settings(fields: Fields): Settings {
        val limit = fields.json["max_source_tokens"].takeUnless { it == JsonNull }?.let { int("settings.max_source_tokens", it) }
        if (limit == 0) fail("settings.max_source_tokens must be positive", limit)
        val decoding = if (fields.json["decoding"] in listOf(null, JsonNull)) null else fields.child("decoding").json
        val calibration = if (fields.json["confidence"] in listOf(null, JsonNull)) null else calibration(fields.child("confidence"))
        return Settings(limit, decoding, splitTexts = fields.json["split_texts"] != JsonBoolean(false), calibration, fields.json)
    }

    private fun calibration(fields: Fields): Calibration {
        val found = Calibration(fields.double("bias"), fields.double("slope"), fields.double("doubt"))
        if (found.slope < 0 || found.doubt < 0) fail("settings.confidence must have a slope and a doubt of at least 0", found)
        return found
    }

    private fun signature(fields: Fields): Signature {
        fun tensors(name: String) = fields.list(name).map { tensor(Fields("${fields.path}$name.", it.orFail("${fields.path}$name"))) }
        return Signature(tensors("inputs"), tensors("outputs")).also {
            for (names in listOf(it.inputs, it.outputs).map { side -> side.map(TensorSpec::name) }) {
                if (names.distinct().size < names.size) fail("${fields.path}inputs and outputs must name a tensor once", names)
            }
        }
    }

    private fun caches(values: List<JsonValue>): List<CacheSpec> {
        val caches = values.map(::cache)
        for (names in listOf(caches.map { it.input }, caches.map { it.output })) {
            if ("" in names || names.distinct().size < names.size) fail("caches must name each input and output once", names)
        }
        return caches
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
        fields.text("meaning")
        val name = fields.text("dtype")
        val type = DataType.entries.firstOrNull { it.text == name } ?: fail("${fields.path}dtype must be one of ${DataType.entries.map { it.text }}", name)
        return TensorSpec(fields.word("name"), shape, type)
    }

    private fun fileInfo(name: String, fields: Fields): FileInfo {
        if (!isPlainName(name) || name == Manifest.FILE_NAME) fail("files must have plain names of files of the bundle", "'$name'")
        val hash = fields.text("sha256")
        if (!DIGEST.matches(hash)) fail("${fields.path}sha256 must be 64 hexadecimal digits", "'${hash.take(80)}'")
        return FileInfo(fields.long("size"), hash)
    }

    private fun JsonValue.orFail(path: String): JsonObject = this as? JsonObject ?: fail("$path must be an object", kind(this))

    private fun int(path: String, value: JsonValue): Int =
        (value as? JsonNumber)?.toLongOrNull()?.takeIf { it in 0..Int.MAX_VALUE }?.toInt() ?: fail("$path must be a whole number", kind(value))

    private fun text(path: String, value: JsonValue): String {
        val text = (value as? JsonString)?.value ?: fail("$path must be a string", kind(value))
        if (!Charsets.UTF_8.newEncoder().canEncode(text)) fail("$path must be Unicode text", "half a surrogate pair")
        return text
    }

    private fun word(path: String, value: JsonValue): String = text(path, value).ifEmpty { fail("$path must not be empty", "''") }

    /** One object of the manifest; errors name its fields by their whole path. */
    private class Fields(val path: String, val json: JsonObject) {
        private fun field(name: String): JsonValue = json[name] ?: fail("${Manifest.FILE_NAME} must have every field of its schema", "no $path$name")

        fun child(name: String): Fields = Fields("$path$name.", field(name).orFail(path + name))

        fun <T> associate(read: (name: String, fields: Fields) -> T): Map<String, T> = json.entries.keys.associateWith { read(it, child(it)) }

        fun text(name: String): String = text(path + name, field(name))

        fun word(name: String): String = word(path + name, field(name))

        fun int(name: String): Int = int(path + name, field(name))

        fun positive(name: String): Int = int(name).takeIf { it > 0 } ?: fail("$path$name must be positive", 0)

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
internal fun isPlainName(name: String): Boolean =
    name !in listOf("", ".", "..") && name.none { it == '/' || it == '\\' } && isPrintable(name) && name.encodeToByteArray().size <= LONGEST_NAME

private fun isPrintable(text: String): Boolean {
    var place = 0
    while (place < text.length) {
        val codePoint = text.codePointAt(place)
        if (!isPrintable(codePoint)) return false
        place += Character.charCount(codePoint)
    }
    return true
}

/** What Python calls printable, by the tables of this runtime's Unicode version. */
private fun isPrintable(codePoint: Int): Boolean =
    codePoint == ' '.code ||
        when (Character.getType(codePoint).toByte()) {
            Character.CONTROL, Character.FORMAT, Character.SURROGATE, Character.PRIVATE_USE, Character.UNASSIGNED,
            Character.LINE_SEPARATOR, Character.PARAGRAPH_SEPARATOR, Character.SPACE_SEPARATOR,
            -> false
            else -> true
        }

/** Bytes that file systems take. */
private const val LONGEST_NAME = 255
