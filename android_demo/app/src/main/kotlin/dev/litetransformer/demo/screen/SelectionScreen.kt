package dev.litetransformer.demo.screen

import android.os.LocaleList
import android.view.View
import android.widget.TextView
import dev.litetransformer.demo.R
import dev.litetransformer.demo.state.AppState
import dev.litetransformer.demo.state.Machine

/** The views of the layout `selection`: a text of another app and its translation. */
internal class SelectionScreen(root: View, machine: Machine, actions: Actions) {
    private val texts = Texts(root.resources)
    private val languages = LanguageViews(root, texts, machine)
    private val message = MessageViews(root, texts, machine)
    private val result = ResultViews(root, texts, machine, actions)
    private val original = root.findViewById<TextView>(R.id.original)
    private val swap = root.findViewById<View>(R.id.swap)

    fun render(state: AppState) {
        languages.render(state)
        // Here the text stays what it is.
        swap.isVisible = false
        state.model?.source?.let { original.textLocales = LocaleList.forLanguageTags(it) }
        original.showText(state.input)
        message.render(state)
        result.render(state)
    }
}
