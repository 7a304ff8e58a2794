package dev.litetransformer.conformance

import dev.litetransformer.bundle.Bundle
import dev.litetransformer.get
import dev.litetransformer.items
import dev.litetransformer.json.JsonNumber
import dev.litetransformer.json.JsonObject
import dev.litetransformer.json.JsonValue
import dev.litetransformer.json.parseJson
import dev.litetransformer.text
import java.io.File
import java.security.MessageDigest

/**
 * The conformance vectors of one model, `conformance/NAME.jsonl` (docs/porting.md): a header, then a line for each text.
 *
 * @param file holds them.
 */
class Vectors(private val file: File) {
    private val json: List<JsonValue> by lazy { file.readLines().filter { it.isNotBlank() }.map(::parseJson) }

    val name: String get() = file.nameWithoutExtension
    val header: JsonValue get() = json.first()
    val task: String get() = header["task"].text
    val lines: List<JsonValue> get() = json.drop(1)

    /** Options by the name of the field that answers with them. */
    val options: Map<String, JsonValue> get() = (header["options"] as JsonObject).entries

    /** The names of the answers that a rounding error may change. */
    fun unsure(line: JsonValue): Set<String> = line["unsure"].items.map { it.text }.toSet()

    /** The packed model of the header, unpacked into a directory. */
    fun open(directory: File): Bundle {
        val packed = packedModels().firstOrNull { it.nameWithoutExtension == name }
        checkNotNull(packed) { "The model of conformance vectors must be there. Received: no '$name.ltpk' in $MODELS" }
        val bytes = packed.readBytes()
        val hash = MessageDigest.getInstance("SHA-256").digest(bytes).joinToString("") { "%02x".format(it) }
        check(hash == header["sha256"].text) { "Conformance vectors must be those of their model; write them again. Received: another '$packed'" }
        return bytes.inputStream().use { Bundle.open(it, directory) }
    }

    companion object {
        private const val VERSION = "1"

        /** The repository; a module's tests run in android_demo/MODULE. */
        private val root = File("../..").canonicalFile
        private val MODELS = listOf("lite_transformer_tf/pretrained/models", "android_demo/app/src/main/assets/models").map { File(root, it) }

        /** The packed models of the repository. */
        fun packedModels(): List<File> = MODELS.flatMap { it.listFiles().orEmpty().sorted() }.filter { it.extension == "ltpk" }

        /** Those of all models; none where nobody has written any. */
        fun all(): List<Vectors> {
            val files = File(root, "conformance").listFiles { file -> file.extension == "jsonl" }.orEmpty().sortedBy { it.name }
            return files.map(::Vectors).onEach {
                check(it.header["format"].text == "lite-transformer-conformance" && (it.header["version"] as JsonNumber).text == VERSION) {
                    "Conformance vectors must be of version $VERSION. Received: ${it.name} with ${it.header}"
                }
            }
        }
    }
}
