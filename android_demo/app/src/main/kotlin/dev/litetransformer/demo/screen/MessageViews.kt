package dev.litetransformer.demo.screen

import android.view.View
import android.widget.TextView
import dev.litetransformer.demo.R
import dev.litetransformer.demo.state.AppState
import dev.litetransformer.demo.state.Machine

/** One sentence of what did not work; the details are folded away. */
internal class MessageViews(root: View, private val texts: Texts, machine: Machine) {
    private val card = root.findViewById<View>(R.id.message_card)
    private val message = root.findViewById<TextView>(R.id.message)
    private val details = root.findViewById<View>(R.id.details)
    private val detail = root.findViewById<TextView>(R.id.detail)

    init {
        root.findViewById<View>(R.id.dismiss).setOnClickListener { machine.tell(null) }
        details.setOnClickListener { machine.showDetails(!machine.state.hasDetails) }
    }

    fun render(state: AppState) {
        val shown = state.message
        message.showText(shown?.let(texts::message).orEmpty())
        card.isVisible = shown != null
        card.setBackgroundResource(if (shown?.isFailure == false) R.drawable.card else R.drawable.card_error)
        details.isVisible = shown?.detail != null
        details.isSelected = state.hasDetails
        detail.isVisible = shown?.detail != null && state.hasDetails
        detail.showText(shown?.detail.orEmpty())
    }
}
