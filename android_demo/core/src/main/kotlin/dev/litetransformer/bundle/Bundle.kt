package dev.litetransformer.bundle

import dev.litetransformer.text.Vocabulary
import java.io.Closeable
import java.io.File
import java.io.IOException
import java.io.InputStream
import java.nio.ByteBuffer
import java.nio.ByteOrder

/**
 * An opened bundle (docs/bundle.md): every file checked, the vocabularies read, the model mapped into memory.
 *
 * @property directory where its files are.
 * @property sourceVocabulary that of the texts that go in; of a language model the only one.
 * @property targetVocabulary that of the texts that come out; the same object when they are joint.
 */
public class Bundle private constructor(
    public val directory: File,
    public val manifest: Manifest,
    public val sourceVocabulary: Vocabulary,
    public val targetVocabulary: Vocabulary,
    private var mapped: ByteBuffer?,
) : Closeable {
    /**
     * The bytes of `model.tflite`: read-only, direct, in native order, mapped from the file; each call gives a view of its own, position 0.
     *
     * @throws IllegalStateException the bundle is closed.
     */
    public val graph: ByteBuffer
        @Synchronized get() = checkNotNull(mapped) { "A bundle must be open. Received: a closed one" }.duplicate().order(ByteOrder.nativeOrder())

    /** Lets go of the model's mapping; the system unmaps it when nothing refers to [graph] any more. */
    @Synchronized
    override fun close() {
        mapped = null
    }

    public companion object {
        /** Most bytes that a download may unpack to unless its caller says otherwise: 1 GiB. */
        public const val MAXIMUM_UNPACKED_BYTES: Long = 1L shl 30

        /**
         * Opens a directory. Every file is read once, to check its hash.
         *
         * @throws BundleException something is missing, damaged or of another version.
         * @throws IOException a file cannot be read.
         */
        public fun open(directory: File): Bundle {
            val files = BundleFiles(directory)
            files.check()
            val vocabularies = files.readVocabularies()
            return Bundle(directory, files.manifest, vocabularies.source, vocabularies.target, files.mapGraph())
        }

        /**
         * Unpacks a download (docs/download.md), unless [unpackInto] already holds exactly its bundle, and opens the directory.
         *
         * @param download read to its end, or only its head when nothing is to be unpacked; the caller closes it.
         * @param unpackInto the directory to make. It appears whole or not at all; another bundle there is replaced.
         * @param maximumBytes how many bytes all files together may have.
         * @param onProgress told the bytes written so far and in all; what it throws stops the unpacking, which then leaves nothing behind.
         * @throws BundleException the download is damaged, of another version, or too large, or [unpackInto] holds something else than a bundle.
         * @throws IOException a file cannot be read or written.
         */
        public fun open(
            download: InputStream,
            unpackInto: File,
            maximumBytes: Long = MAXIMUM_UNPACKED_BYTES,
            onProgress: (written: Long, total: Long) -> Unit = { _, _ -> },
        ): Bundle {
            val packed = Download(download, maximumBytes)
            return synchronized(this) {
                val target = BundleDirectory(unpackInto)
                target.openIfSame(packed) ?: run {
                    target.replace { packed.unpack(it, onProgress) }
                    open(unpackInto)
                }
            }
        }
    }
}
