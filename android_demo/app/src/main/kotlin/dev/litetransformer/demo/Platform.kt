package dev.litetransformer.demo

import android.annotation.TargetApi
import android.app.Activity
import android.content.ContentResolver
import android.net.Uri
import android.os.Build
import android.os.Bundle
import android.provider.OpenableColumns
import android.view.View
import android.view.Window
import android.view.WindowInsets
import dev.litetransformer.bundle.Task
import dev.litetransformer.demo.model.ModelStore
import dev.litetransformer.demo.model.Search
import dev.litetransformer.demo.state.SavedState
import java.io.FileNotFoundException

private const val TASK = "task"
private const val MODEL = "model"
private const val SEARCH = "search"
private const val INPUT = "input"
private const val OUTPUT = "output"

internal fun Bundle.putSavedState(saved: SavedState) {
    putString(TASK, saved.task.name)
    putString(MODEL, saved.modelId)
    putString(SEARCH, saved.search.name)
    putString(INPUT, saved.input)
    putString(OUTPUT, saved.output)
}

/** What [putSavedState] put, or null. */
internal fun Bundle.getSavedState(): SavedState? {
    val task = Task.entries.firstOrNull { it.name == getString(TASK) }
    val search = Search.entries.firstOrNull { it.name == getString(SEARCH) }
    if (task == null || search == null) return null
    return SavedState(task, getString(MODEL), search, getString(INPUT).orEmpty(), getString(OUTPUT).orEmpty())
}

/** The name and the bytes of a document that the user chose. */
internal fun ContentResolver.find(document: Uri): ModelStore.Packed {
    val name = query(document, arrayOf(OpenableColumns.DISPLAY_NAME), null, null, null)?.use { if (it.moveToFirst()) it.getString(0) else null }
    return ModelStore.Packed(name ?: document.lastPathSegment.orEmpty()) { openInputStream(document) ?: throw FileNotFoundException(document.toString()) }
}

/** Edge to edge: the window lies behind the system's bars, its content between them and above the keyboard. */
internal fun Activity.drawBehindBars() {
    // Before Android 11 the window does not lie behind them.
    if (Build.VERSION.SDK_INT >= Build.VERSION_CODES.R) BetweenBars.apply(window, findViewById(R.id.content))
}

@TargetApi(Build.VERSION_CODES.R)
private object BetweenBars : View.OnApplyWindowInsetsListener {
    fun apply(window: Window, content: View) {
        @Suppress("DEPRECATION") // from Android 15 on it is so anyway
        window.setDecorFitsSystemWindows(false)
        content.setOnApplyWindowInsetsListener(this)
    }

    override fun onApplyWindowInsets(view: View, insets: WindowInsets): WindowInsets {
        val bars = insets.getInsets(WindowInsets.Type.systemBars() or WindowInsets.Type.displayCutout() or WindowInsets.Type.ime())
        view.setPadding(bars.left, bars.top, bars.right, bars.bottom)
        return WindowInsets.CONSUMED
    }
}
