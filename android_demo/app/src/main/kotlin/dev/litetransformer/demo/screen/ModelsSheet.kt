package dev.litetransformer.demo.screen

import android.view.LayoutInflater
import android.view.View
import android.view.ViewGroup
import android.widget.TextView
import dev.litetransformer.demo.R
import dev.litetransformer.demo.model.ModelEntry
import dev.litetransformer.demo.state.AppState
import dev.litetransformer.demo.state.Machine

/** All models with what they say of themselves; one is chosen, further ones are opened, added ones are removed. */
internal class ModelsSheet(private val machine: Machine, private val texts: Texts, private val openModel: () -> Unit) : SheetBody {
    override val title = R.string.models
    override val layout = R.layout.sheet_models

    private lateinit var list: ViewGroup
    private lateinit var lookAgain: View
    private var shown: List<ModelEntry> = emptyList()

    override fun bind(view: View) {
        list = view.findViewById(R.id.model_list)
        lookAgain = view.findViewById(R.id.look_again)
        view.findViewById<View>(R.id.open_model).setOnClickListener { openModel() }
        lookAgain.setOnClickListener { machine.library.list() }
    }

    override fun render(state: AppState) {
        lookAgain.isVisible = !state.isListed && !state.isListing
        if (state.models != shown) {
            shown = state.models
            list.removeAllViews()
            shown.forEach { list.addView(view(it)) }
        }
        shown.forEachIndexed { position, model -> list.getChildAt(position).isSelected = model.id == state.modelId }
    }

    private fun view(model: ModelEntry): View = LayoutInflater.from(list.context).inflate(R.layout.model, list, false).apply {
        findViewById<TextView>(R.id.model_title).text = texts.model(model)
        findViewById<TextView>(R.id.model_facts).text = texts.facts(model)
        findViewById<View>(R.id.model_remove).run {
            isVisible = !model.isBuiltIn
            setOnClickListener { machine.library.askToRemove(model) }
        }
        setOnClickListener {
            machine.choose(model)
            machine.open(null)
        }
    }
}
