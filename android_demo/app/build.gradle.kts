import org.jetbrains.kotlin.gradle.dsl.JvmTarget

plugins {
    id("com.android.application")
    kotlin("android")
}

android {
    namespace = "dev.litetransformer.demo"
    compileSdk = 36

    defaultConfig {
        applicationId = "dev.litetransformer.demo"
        minSdk = 26
        targetSdk = 36
        versionCode = 1
        versionName = "0.1.0"
    }

    buildTypes {
        release {
            isMinifyEnabled = true
            isShrinkResources = true
            proguardFiles(getDefaultProguardFile("proguard-android-optimize.txt"))
            // For trying; a store wants a key of your own.
            signingConfig = signingConfigs.getByName("debug")
        }
    }

    compileOptions {
        sourceCompatibility = JavaVersion.VERSION_17
        targetCompatibility = JavaVersion.VERSION_17
    }

    androidResources {
        // Packed already.
        noCompress("ltpk")
    }

    lint {
        warningsAsErrors = true
        // Versions are raised on purpose, together with pom.xml.
        disable += setOf("GradleDependency", "AndroidGradlePluginVersion", "NewerVersionAvailable")
    }
}

// The models of the Python package are in the repository once; those in src/main/assets come with them.
val pretrained = rootDir.resolve("../lite_transformer_tf/pretrained/models")
if (pretrained.listFiles { file -> file.extension == "ltpk" }.orEmpty().isNotEmpty()) {
    val assets = layout.buildDirectory.dir("pretrained")
    val copyModels = tasks.register<Copy>("copyModels") {
        from(pretrained) { include("*.ltpk") }
        into(assets.map { it.dir("models") })
    }
    android.sourceSets.getByName("main").assets.srcDir(assets)
    tasks.matching { it.name == "preBuild" }.configureEach { dependsOn(copyModels) }
}

// The tests in src/test run under Maven, on a TensorFlow Lite library for the JVM (README.md).
androidComponents {
    beforeVariants { it.hostTests.values.forEach { test -> test.enable = false } }
}

kotlin {
    compilerOptions {
        jvmTarget = JvmTarget.JVM_17
        allWarningsAsErrors = true
    }
}

dependencies {
    implementation(project(":core"))
    implementation(project(":litert"))
    implementation("com.google.ai.edge.litert:litert:1.4.2")
}
