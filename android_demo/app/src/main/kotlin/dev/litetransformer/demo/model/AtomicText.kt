package dev.litetransformer.demo.model

import java.io.File
import java.nio.file.Files
import java.nio.file.StandardCopyOption

/** Writes a text file whole or not at all: into a temporary file first, which then takes the place of [file]. */
internal fun writeAtomically(file: File, text: String) {
    val directory = file.absoluteFile.parentFile
    Files.createDirectories(directory.toPath())
    val temporary = File.createTempFile(".${file.name}.", ".writing", directory)
    try {
        temporary.outputStream().use { stream ->
            stream.write(text.toByteArray())
            stream.fd.sync()
        }
        Files.move(temporary.toPath(), file.toPath(), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING)
    } finally {
        temporary.delete()
    }
}
