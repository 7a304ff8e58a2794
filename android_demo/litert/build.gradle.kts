import org.jetbrains.kotlin.gradle.dsl.JvmTarget

plugins {
    id("com.android.library")
    kotlin("android")
}

android {
    namespace = "dev.litetransformer.litert"
    compileSdk = 36

    defaultConfig {
        minSdk = 26
    }

    compileOptions {
        sourceCompatibility = JavaVersion.VERSION_17
        targetCompatibility = JavaVersion.VERSION_17
    }
}

// The tests in src/test run under Maven, on a TensorFlow Lite library for the JVM (README.md).
androidComponents {
    beforeVariants { it.hostTests.values.forEach { test -> test.enable = false } }
}

kotlin {
    explicitApi()
    compilerOptions {
        jvmTarget = JvmTarget.JVM_17
        allWarningsAsErrors = true
    }
}

dependencies {
    api(project(":core"))
    // Has both classes; an app takes the line that it wants: 1.4.2 for InterpreterTensorModel, 2.1.5 for LiteRtTensorModel.
    compileOnly("com.google.ai.edge.litert:litert:2.1.5")
}
