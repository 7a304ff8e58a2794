import org.jetbrains.kotlin.gradle.dsl.JvmTarget

plugins {
    kotlin("jvm")
}

java {
    sourceCompatibility = JavaVersion.VERSION_17
    targetCompatibility = JavaVersion.VERSION_17
}

kotlin {
    explicitApi()
    compilerOptions {
        jvmTarget = JvmTarget.JVM_17
        allWarningsAsErrors = true
    }
}

dependencies {
    implementation("org.tukaani:xz:1.12")
    testImplementation("junit:junit:4.13.2")
    testImplementation("org.bytedeco:javacpp:1.5.14")
    testImplementation("org.bytedeco:javacpp:1.5.14:linux-x86_64")
    testImplementation("org.bytedeco:tensorflow-lite:2.21.0-1.5.14")
    testImplementation("org.bytedeco:tensorflow-lite:2.21.0-1.5.14:linux-x86_64")
}

tasks.test {
    // Python's answers: tools/tokenizer_fixtures.py and tools/decoding_fixtures.py write them.
    systemProperty("fixtures", providers.gradleProperty("fixtures").getOrElse(file("target/fixtures").path))
}
