@file:Suppress("unused", "UnusedReceiverParameter")

/** The part of Gradle's Kotlin DSL that the scripts use; Gradle generates or ships the real one. */
package org.gradle.kotlin.dsl

import com.android.build.api.dsl.ApplicationExtension
import com.android.build.api.variant.ApplicationAndroidComponentsExtension
import org.gradle.api.NamedDomainObjectProvider
import org.gradle.api.Project
import org.gradle.api.artifacts.Dependency
import org.gradle.api.artifacts.dsl.DependencyHandler
import org.gradle.api.plugins.JavaPluginExtension
import org.gradle.api.provider.Property
import org.gradle.api.tasks.TaskContainer
import org.gradle.api.tasks.TaskProvider
import org.gradle.api.tasks.testing.Test
import org.gradle.plugin.use.PluginDependenciesSpec
import org.gradle.plugin.use.PluginDependencySpec
import org.jetbrains.kotlin.gradle.dsl.KotlinJvmCompilerOptions

fun <T : Any> Property<T>.assign(value: T): Unit = set(value)

fun Project.plugins(block: PluginDependenciesSpec.() -> Unit): Unit = TODO("$block")

fun PluginDependenciesSpec.kotlin(module: String): PluginDependencySpec = id("org.jetbrains.kotlin.$module")

infix fun PluginDependencySpec.version(version: String): PluginDependencySpec = version(version)

infix fun PluginDependencySpec.apply(isApplied: Boolean): PluginDependencySpec = apply(isApplied)

/** Of apps and libraries; the scripts of both use what both have. */
fun Project.android(block: ApplicationExtension.() -> Unit): Unit = TODO("$block")

fun Project.androidComponents(block: ApplicationAndroidComponentsExtension.() -> Unit): Unit = TODO("$block")

fun Project.java(block: JavaPluginExtension.() -> Unit): Unit = TODO("$block")

/** The parts that the extensions of both of Kotlin's plugins have. */
interface KotlinExtension {
    fun explicitApi()

    fun compilerOptions(block: KotlinJvmCompilerOptions.() -> Unit)
}

fun Project.kotlin(block: KotlinExtension.() -> Unit): Unit = TODO("$block")

fun Project.dependencies(block: DependencyHandler.() -> Unit): Unit = TODO("$block")

fun DependencyHandler.api(notation: Any): Dependency? = add("api", notation)

fun DependencyHandler.compileOnly(notation: Any): Dependency? = add("compileOnly", notation)

fun DependencyHandler.implementation(notation: Any): Dependency? = add("implementation", notation)

fun DependencyHandler.testImplementation(notation: Any): Dependency? = add("testImplementation", notation)

fun DependencyHandler.project(path: String): Dependency = project(mapOf("path" to path))

val TaskContainer.test: TaskProvider<Test> get() = named("test", Test::class.java)

operator fun <T : Any> NamedDomainObjectProvider<T>.invoke(block: T.() -> Unit): Unit = configure { block() }
