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
import dev.litetransformer.demo.state.Query
import dev.litetransformer.demo.state.Result
import dev.litetransformer.demo.state.SavedState
import java.io.FileNotFoundException

private const val TASK = "task"
private const val MODEL = "model"
private const val INPUT = "input"
private const val OUTPUT = "output"
private const val SEARCH = "search"
private const val QUERY = "query"

internal fun Bundle.putSavedState(saved: SavedState) {
    putString(TASK, saved.task.name)
    putString(MODEL, saved.modelId)
    putString(INPUT, saved.input)
    saved.result?.let { result ->
        putString(OUTPUT, result.text)
        putString(QUERY, result.query.text)
        putString(SEARCH, result.query.search.name)
    }
}

/** What [putSavedState] put, or null. */
internal fun Bundle.getSavedState(): SavedState? {
    val task = Task.entries.firstOrNull { it.name == getString(TASK) } ?: return null
    val model = getString(MODEL)
    val search = Search.entries.firstOrNull { it.name == getString(SEARCH) }
    val result = if (search == null || model == null) null else Result(Query(getString(QUERY).orEmpty(), model, search), listOf(getString(OUTPUT).orEmpty()))
    return SavedState(task, model, getString(INPUT).orEmpty(), result)
}

/** The name and the bytes of a document that the user chose. */
internal fun ContentResolver.find(document: Uri): ModelStore.Packed {
    val name = query(document, arrayOf(OpenableColumns.DISPLAY_NAME), null, null, null)?.use { if (it.moveToFirst()) it.getString(0) else null }
    return ModelStore.Packed(name ?: document.lastPathSegment.orEmpty()) { openInputStream(document) ?: throw FileNotFoundException(document.toString()) }
}

/** Edge to edge: the window lies behind the system's bars, its content between them and above the keyboard. */
internal fun Activity.drawBehindBars() {
    // Before Android 11 the window does not lie behind them, and is itself resized for the keyboard.
    if (Build.VERSION.SDK_INT >= Build.VERSION_CODES.R) BetweenBars(findViewById(R.id.content), findViewById(R.id.bar)).apply(window)
}

/** @param bar goes away where the keyboard leaves little room. */
@TargetApi(Build.VERSION_CODES.R)
private class BetweenBars(private val content: View, private val bar: View) : View.OnApplyWindowInsetsListener, View.OnLayoutChangeListener {
    fun apply(window: Window) {
        @Suppress("DEPRECATION") // from Android 15 on it is so anyway
        window.setDecorFitsSystemWindows(false)
        content.setOnApplyWindowInsetsListener(this)
        content.addOnLayoutChangeListener(this)
    }

    // The padding is that of a container: all that scrolls ends above the keyboard.
    override fun onApplyWindowInsets(view: View, insets: WindowInsets): WindowInsets {
        val bars = insets.getInsets(WindowInsets.Type.systemBars() or WindowInsets.Type.displayCutout() or WindowInsets.Type.ime())
        view.setPadding(bars.left, bars.top, bars.right, bars.bottom)
        fit()
        return WindowInsets.CONSUMED
    }

    override fun onLayoutChange(view: View, left: Int, top: Int, right: Int, bottom: Int, oldLeft: Int, oldTop: Int, oldRight: Int, oldBottom: Int) {
        if (bottom - top != oldBottom - oldTop) view.post(::fit)
    }

    private fun fit() {
        if (content.height == 0) return
        val room = content.height - content.paddingTop - content.paddingBottom
        val isKeyboardShown = content.rootWindowInsets?.isVisible(WindowInsets.Type.ime()) ?: false
        val least = LEAST_ROOM_DP * content.resources.displayMetrics.density
        bar.visibility = if (isKeyboardShown && room < least) View.GONE else View.VISIBLE
    }

    private companion object {
        const val LEAST_ROOM_DP = 420
    }
}
