package dev.litetransformer.bundle

import java.io.File
import java.nio.file.Files
import java.nio.file.Path
import java.nio.file.StandardCopyOption

/** A directory that is to hold a bundle: it takes the place of what was there whole or not at all. One thread of one process at a time. */
internal class BundleDirectory(directory: File) {
    private val target = directory.absoluteFile
    private val parent: File = target.parentFile ?: throw BundleException.DirectoryInUse("A bundle needs a directory of its own. Received: '$directory'")

    /** The bundle that is there, when it is whole and the one of [download]; otherwise null. */
    fun openIfSame(download: Download): Bundle? {
        val manifest = File(target, Manifest.FILE_NAME)
        if (!manifest.isFile || sha256(manifest) != download.manifest.sha256) return null
        return try {
            Bundle.open(target)
        } catch (_: BundleException) {
            null
        }
    }

    /**
     * Lets [fill] write into a new directory beside the target, checks that it is a bundle, and renames it.
     *
     * @throws BundleException what was there is no bundle, or what was written is none.
     */
    fun replace(fill: (File) -> Unit) {
        checkReplaceable()
        Files.createDirectories(parent.toPath())
        removeRemains()
        val temporary = Files.createTempDirectory(parent.toPath(), prefix)
        try {
            fill(temporary.toFile())
            BundleFiles(temporary.toFile()).run {
                check()
                readVocabularies()
            }
            exchange(temporary)
        } finally {
            temporary.toFile().deleteRecursively()
        }
    }

    private val prefix get() = ".${target.name}.unpacking."

    private fun checkReplaceable() {
        val isFree = !target.exists() || (target.isDirectory && target.list().isNullOrEmpty())
        if (!isFree && !File(target, Manifest.FILE_NAME).isFile) {
            throw BundleException.DirectoryInUse("Only a bundle, an empty directory or none is replaced. Received: '$target', which holds something else")
        }
    }

    private fun exchange(temporary: Path) {
        val retired = temporary.resolveSibling("${temporary.fileName}.old")
        if (target.exists()) Files.move(target.toPath(), retired, StandardCopyOption.ATOMIC_MOVE)
        try {
            Files.move(temporary, target.toPath(), StandardCopyOption.ATOMIC_MOVE)
        } catch (error: Exception) {
            if (Files.exists(retired)) Files.move(retired, target.toPath(), StandardCopyOption.ATOMIC_MOVE)
            throw error
        }
        retired.toFile().deleteRecursively()
    }

    /** Removes what earlier processes left that were killed at this work: what is older than an hour, in case another process is still at it. */
    private fun removeRemains() {
        val now = System.currentTimeMillis()
        parent.listFiles { file -> file.name.startsWith(prefix) && now - file.lastModified() > REMAINS_AFTER_MS }?.forEach { it.deleteRecursively() }
    }

    private companion object {
        const val REMAINS_AFTER_MS = 3_600_000L
    }
}
