package dev.litetransformer.bundle

import dev.litetransformer.text.DictionaryVocabulary
import dev.litetransformer.text.SentencePieceVocabulary
import dev.litetransformer.text.Vocabulary
import dev.litetransformer.text.VocabularyException
import dev.litetransformer.text.WordVocabulary
import java.io.File
import java.nio.ByteBuffer
import java.nio.channels.FileChannel
import java.nio.charset.CharacterCodingException
import java.nio.file.StandardOpenOption
import java.security.MessageDigest

/** The files of a bundle's directory, read and checked against the manifest. */
internal class BundleFiles(private val directory: File) {
    val manifest: Manifest = readManifest()

    private fun readManifest(): Manifest {
        val file = File(directory, Manifest.FILE_NAME)
        if (!file.isFile) throw BundleException.NotABundle("A bundle is a directory with a ${Manifest.FILE_NAME}. Received: '$directory'")
        if (file.length() > MAXIMUM_MANIFEST_BYTES) {
            throw BundleException.DamagedManifest("${Manifest.FILE_NAME} must have at most $MAXIMUM_MANIFEST_BYTES bytes. Received: ${file.length()}")
        }
        val text = try {
            Charsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(file.readBytes())).toString()
        } catch (error: CharacterCodingException) {
            throw BundleException.DamagedManifest("${Manifest.FILE_NAME} must be JSON in UTF-8. Received: ${error.message}", error)
        }
        return Manifest.parse(text)
    }

    /** @throws BundleException the signatures are not what the other fields promise, a file is missing, or its size or hash is another. */
    fun check() {
        Contract(manifest).check()
        for ((name, expected) in manifest.files) {
            val file = File(directory, name)
            if (!file.isFile) throw BundleException.MissingFile("A bundle must hold every file of its manifest. Received: no '$name' in '$directory'")
            if (file.length() != expected.size) failDamaged(name, expected, "${file.length()} bytes")
            val hash = sha256(file)
            if (hash != expected.sha256) failDamaged(name, expected, "SHA-256 $hash")
        }
    }

    fun mapGraph(): ByteBuffer =
        FileChannel.open(File(directory, MODEL_NAME).toPath(), StandardOpenOption.READ).use { it.map(FileChannel.MapMode.READ_ONLY, 0, it.size()) }

    /** The vocabularies of both sides, one object when they are one file. */
    fun readVocabularies(): Sides<Vocabulary> {
        val names = manifest.vocabularyFiles
        val source = readVocabulary(names.source)
        val target = if (names.target == names.source) source else readVocabulary(names.target)
        checkVocabulary("source", source, manifest.vocabularySizes.source)
        checkVocabulary("target", target, manifest.vocabularySizes.target)
        if (manifest.task != Task.LANGUAGE_MODEL && listOf(source, target).any { it !is SentencePieceVocabulary && it !is DictionaryVocabulary }) {
            throw BundleException.UnusableVocabulary("An encoder-decoder's vocabularies must be SentencePiece models or dictionaries. Received: $names")
        }
        return Sides(source, target)
    }

    private fun readVocabulary(name: String): Vocabulary {
        val file = File(directory, name)
        if (file.length() > MAXIMUM_VOCABULARY_BYTES) {
            throw BundleException.UnusableVocabulary("A vocabulary must have at most $MAXIMUM_VOCABULARY_BYTES bytes. Received: ${file.length()} in '$name'")
        }
        val bytes = file.readBytes()
        return try {
            when {
                name.endsWith(".json") -> DictionaryVocabulary.read(bytes)
                name.endsWith(".txt") -> WordVocabulary.readAny(bytes)
                else -> SentencePieceVocabulary.read(bytes)
            }
        } catch (error: VocabularyException) {
            throw BundleException.UnusableVocabulary("A vocabulary of a bundle must be readable. Received: '$name' (${error.message})", error)
        }
    }

    private fun checkVocabulary(side: String, vocabulary: Vocabulary, size: Int) {
        if (vocabulary.size != size) throw BundleException.UnusableVocabulary("The $side vocabulary must have $size entries. Received: ${vocabulary.size}")
        val ids = vocabulary.run { SpecialTokens(bosId, padId, eosId, unkId) }
        if (ids != manifest.specialIds) {
            throw BundleException.UnusableVocabulary("The special ids of the $side vocabulary must be the manifest's, ${manifest.specialIds}. Received: $ids")
        }
    }

    private fun failDamaged(name: String, expected: FileInfo, received: String): Nothing {
        val rule = "A file of a bundle must be what its manifest says, ${expected.size} bytes with SHA-256 ${expected.sha256}"
        throw BundleException.DamagedFile("$rule. Received: '$name' with $received; the bundle is damaged, copy or export it again")
    }
}

private const val CHUNK = 1 shl 16

/** The manifests of large models have some 100,000. */
private const val MAXIMUM_MANIFEST_BYTES = 1L shl 24

/** As in Python. */
private const val MAXIMUM_VOCABULARY_BYTES = 1L shl 26

internal fun sha256(file: File): String {
    val digest = MessageDigest.getInstance("SHA-256")
    file.inputStream().use { stream ->
        val chunk = ByteArray(CHUNK)
        while (true) {
            val count = stream.read(chunk)
            if (count < 0) break
            digest.update(chunk, 0, count)
        }
    }
    return hexadecimal(digest.digest())
}

internal fun hexadecimal(bytes: ByteArray): String = bytes.joinToString("") { (it.toInt() and 0xFF).toString(16).padStart(2, '0') }
