package dev.litetransformer.demo

import android.app.Application
import android.content.Context
import android.os.Handler
import android.os.LocaleList
import android.os.Looper
import dev.litetransformer.bundle.Task
import dev.litetransformer.demo.model.HistoryFile
import dev.litetransformer.demo.model.ModelStore
import dev.litetransformer.demo.model.Search
import dev.litetransformer.demo.state.Engine
import dev.litetransformer.demo.state.SavedState
import dev.litetransformer.demo.state.Settings
import dev.litetransformer.demo.state.Surroundings
import dev.litetransformer.litert.InterpreterTensorModel
import dev.litetransformer.runtime.TensorModelFactory
import java.io.File
import java.util.concurrent.ExecutorService
import java.util.concurrent.Executors

/** Puts the parts together; there is one background thread for models and files, and one for what asks other processes. */
class DemoApplication : Application() {
    internal val background: ExecutorService = Executors.newSingleThreadExecutor { Thread(it, "models") }
    internal val guesses: ExecutorService = Executors.newSingleThreadExecutor { Thread(it, "guesses") }

    /** What runs model files; tests put something in between. */
    internal var runtime: TensorModelFactory = InterpreterTensorModel

    /** Made by the background thread, for it reads folders. */
    private val store = lazy {
        ModelStore(
            directory = File(filesDir, "models"),
            builtIn = assets.list(ASSETS).orEmpty().filter { it.endsWith(ModelStore.SUFFIX) }.sorted().map { file ->
                ModelStore.Packed(file.removeSuffix(ModelStore.SUFFIX)) { assets.open("$ASSETS/$file") }
            },
            version = packageManager.getPackageInfo(packageName, 0).run { "$versionName $lastUpdateTime" },
        )
    }
    private val history = lazy { HistoryFile(File(filesDir, "history.json")) }

    /** @param only the task to which the models are limited; null: all of them. */
    internal fun engine(restored: SavedState?, only: Task? = null): Engine {
        val handler = Handler(Looper.getMainLooper())
        val surroundings = Surroundings(
            store = store,
            history = history,
            runtime = runtime,
            background = background,
            main = { handler.post(it) },
            after = { milliseconds, action -> handler.postDelayed(action, milliseconds) },
            guesses = guesses,
            guess = LanguageGuess(this)::of,
            keep = ::keep,
            languages = LocaleList.getDefault().run { List(size()) { get(it).language } },
        )
        return Engine(surroundings, restored, settings(), only)
    }

    private val preferences get() = getSharedPreferences("settings", Context.MODE_PRIVATE)

    private fun settings(): Settings = preferences.run {
        Settings(
            search = Search.entries.firstOrNull { it.name == getString(SEARCH, null) } ?: Search.WIDE,
            isAutomatic = getBoolean(AUTOMATIC, true),
            keepsHistory = getBoolean(HISTORY, true),
            modelId = getString(MODEL, null),
        )
    }

    private fun keep(settings: Settings) = preferences.edit()
        .putString(SEARCH, settings.search.name)
        .putBoolean(AUTOMATIC, settings.isAutomatic)
        .putBoolean(HISTORY, settings.keepsHistory)
        .putString(MODEL, settings.modelId)
        .apply()

    private companion object {
        const val ASSETS = "models"
        const val SEARCH = "search"
        const val AUTOMATIC = "automatic"
        const val HISTORY = "history"
        const val MODEL = "model"
    }
}
