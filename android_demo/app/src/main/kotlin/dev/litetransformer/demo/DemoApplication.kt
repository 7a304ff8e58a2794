package dev.litetransformer.demo

import android.app.Application
import android.os.Handler
import android.os.Looper
import dev.litetransformer.demo.model.AndroidTensorModel
import dev.litetransformer.demo.model.ModelStore
import dev.litetransformer.demo.state.DemoPresenter
import dev.litetransformer.demo.state.SavedState
import dev.litetransformer.runtime.TensorModelFactory
import java.io.File
import java.util.concurrent.ExecutorService
import java.util.concurrent.Executors

/** Puts the parts together; there is one background thread for the whole app. */
class DemoApplication : Application() {
    internal val background: ExecutorService = Executors.newSingleThreadExecutor { Thread(it, "models") }

    /** What runs model files; tests put something in between. */
    internal var runtime: TensorModelFactory = AndroidTensorModel

    /** Made by the background thread, for it reads folders. */
    private val store = lazy {
        ModelStore(
            directory = File(filesDir, "models"),
            builtIn = assets.list(ASSETS).orEmpty().filter { it.endsWith(ModelStore.SUFFIX) }.sorted().map { file ->
                ModelStore.Packed(file.removeSuffix(ModelStore.SUFFIX)) { assets.open("$ASSETS/$file") }
            },
        )
    }

    internal fun presenter(restored: SavedState?): DemoPresenter {
        val handler = Handler(Looper.getMainLooper())
        return DemoPresenter(store, runtime, background, { handler.post(it) }, restored = restored)
    }

    private companion object {
        const val ASSETS = "models"
    }
}
