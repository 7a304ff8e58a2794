package dev.litetransformer.demo

import java.io.File
import org.junit.Assert.assertEquals
import org.junit.Assert.assertTrue
import org.junit.Test

/** Versions stand in pom.xml and again in Gradle's files: they must be the same. */
class GradleFilesTest {
    private val root = File("..")
    private val pom = root.resolve("pom.xml").readText()
    private val core = root.resolve("core/build.gradle.kts").readText()
    private val app = root.resolve("app/build.gradle.kts").readText()

    @Test
    fun versionsAreMavens() {
        val kotlin = property(pom, "kotlin.version")
        val build = root.resolve("build.gradle.kts").readText()
        val plugins = Regex("""kotlin\("\w+"\) version "([^"]+)"""").findAll(build).map { it.groupValues[1] }.toList()
        assertEquals(listOf(kotlin, kotlin), plugins)
        val checked = property(root.resolve("scripts/pom.xml").readText(), "android-plugin.version")
        assertEquals(checked, find(build, """id\("com.android.application"\) version "([^"]+)""""))
        assertEquals(property(pom, "min.sdk"), find(app, """minSdk = (\d+)"""))
        assertEquals(property(pom, "target.sdk"), find(app, """targetSdk = (\d+)"""))
        assertEquals(find(pom, """<artifactId>android-demo</artifactId>\s*<version>([^<]+)"""), find(app, """versionName = "([^"]+)""""))
    }

    @Test
    fun coreHasMavensDependencies() {
        val (xz, junit, javacpp, tensorflow) =
            listOf("xz.version", "junit.version", "javacpp.version", "tensorflow-lite.version").map { property(pom, it) }
        val native = property(pom, "native.classifier")
        val expected = setOf(
            "org.tukaani:xz:$xz",
            "junit:junit:$junit",
            "org.bytedeco:javacpp:$javacpp",
            "org.bytedeco:javacpp:$javacpp:$native",
            "org.bytedeco:tensorflow-lite:$tensorflow",
            "org.bytedeco:tensorflow-lite:$tensorflow:$native",
        )
        assertEquals(expected, Regex("""mplementation\("([^"]+)"\)""").findAll(core).map { it.groupValues[1] }.toSet())
        val artifacts = Regex("""<artifactId>([^<]+)</artifactId>""").findAll(root.resolve("core/pom.xml").readText().substringAfter("<dependencies>"))
        assertTrue(artifacts.map { it.groupValues[1] }.toSet().containsAll(listOf("xz", "junit", "javacpp", "tensorflow-lite")))
    }

    private fun property(text: String, name: String): String = find(text, "<${Regex.escape(name)}>([^<]+)<")

    private fun find(text: String, pattern: String): String = checkNotNull(Regex(pattern).find(text)) { "no $pattern" }.groupValues[1]
}
