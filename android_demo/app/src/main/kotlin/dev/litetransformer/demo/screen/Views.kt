package dev.litetransformer.demo.screen

import android.text.Editable
import android.text.TextWatcher
import android.view.View
import android.widget.TextView

internal var View.isVisible: Boolean
    get() = visibility == View.VISIBLE
    set(value) {
        visibility = if (value) View.VISIBLE else View.GONE
    }

/** Hides a view and keeps its place: nothing else moves. */
internal fun View.keepPlace(isShown: Boolean) {
    visibility = if (isShown) View.VISIBLE else View.INVISIBLE
}

/** Lets a view be used or not, and shows which. */
internal fun View.enable(isUsable: Boolean) {
    isEnabled = isUsable
    alpha = if (isUsable) 1f else UNUSABLE
}

private const val UNUSABLE = 0.35f

/** Sets a text that is another one; the same one again would be announced twice. */
internal fun TextView.showText(text: CharSequence) {
    if (this.text.toString() != text.toString()) this.text = text
}

/** Tells texts as they are typed. */
internal class Watcher(private val onText: (String) -> Unit) : TextWatcher {
    override fun beforeTextChanged(text: CharSequence?, start: Int, count: Int, after: Int) = Unit

    override fun onTextChanged(text: CharSequence?, start: Int, before: Int, count: Int) = Unit

    override fun afterTextChanged(text: Editable) = onText(text.toString())
}
