package dev.litetransformer.demo.screen

import android.view.View
import android.widget.Spinner
import android.widget.TextView
import dev.litetransformer.bundle.Task
import dev.litetransformer.demo.R
import dev.litetransformer.demo.state.AppState
import dev.litetransformer.demo.state.Machine

/** The direction of a translation, and what language the text looks like. */
internal class LanguageViews(root: View, private val texts: Texts, machine: Machine) {
    private val bar = root.findViewById<View>(R.id.languages)
    private val swap = root.findViewById<View>(R.id.swap)
    private val guess = root.findViewById<TextView>(R.id.guess)
    private val source = Chooser(root.findViewById<Spinner>(R.id.source), R.layout.choice, texts::language, machine::chooseSource)
    private val target = Chooser(root.findViewById<Spinner>(R.id.target), R.layout.choice, texts::language, machine::chooseTarget)

    init {
        swap.setOnClickListener { machine.swap() }
        guess.setOnClickListener { machine.state.guess?.let(machine::chooseSource) }
    }

    fun render(state: AppState) {
        bar.isVisible = state.task == Task.TRANSLATION && state.model != null
        if (bar.isVisible) {
            source.show(state.sources, state.model?.source)
            target.show(state.targets, state.model?.target)
        }
        swap.enable(state.reverseModel != null)
        val language = state.guess
        guess.isVisible = language != null
        guess.isEnabled = language in state.sources
        if (language != null) guess.showText(texts.guess(language, isKnown = language in state.sources))
    }
}
