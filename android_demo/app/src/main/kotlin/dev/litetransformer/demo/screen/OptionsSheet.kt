package dev.litetransformer.demo.screen

import android.view.View
import android.widget.RadioButton
import android.widget.RadioGroup
import android.widget.Switch
import dev.litetransformer.demo.R
import dev.litetransformer.demo.model.Search
import dev.litetransformer.demo.state.AppState
import dev.litetransformer.demo.state.Machine

/** What the user may set. */
@Suppress("UseSwitchCompatOrMaterialCode") // The other switches are AndroidX's, which the demo does without.
internal class OptionsSheet(private val machine: Machine, private val texts: Texts) : SheetBody {
    override val title = R.string.options
    override val layout = R.layout.sheet_options

    private lateinit var automatic: Switch
    private lateinit var keepHistory: Switch
    private lateinit var searches: RadioGroup
    private lateinit var wide: RadioButton
    private var isRendering = false

    override fun bind(view: View) {
        automatic = view.findViewById(R.id.automatic)
        keepHistory = view.findViewById(R.id.keep_history)
        searches = view.findViewById(R.id.search)
        wide = view.findViewById(R.id.search_wide)
        automatic.setOnCheckedChangeListener { _, isOn -> change { machine.change(machine.state.settings.copy(isAutomatic = isOn)) } }
        keepHistory.setOnCheckedChangeListener { _, isOn -> change { machine.change(machine.state.settings.copy(keepsHistory = isOn)) } }
        searches.setOnCheckedChangeListener { _, id ->
            val search = if (id == R.id.search_wide) Search.WIDE else Search.GREEDY
            change { machine.change(machine.state.settings.copy(search = search)) }
        }
    }

    override fun render(state: AppState) {
        isRendering = true
        automatic.isChecked = state.settings.isAutomatic
        keepHistory.isChecked = state.settings.keepsHistory
        wide.text = texts.wideSearch(state.model)
        wide.isEnabled = state.hasWideSearch
        searches.check(if (state.settings.search == Search.WIDE && state.hasWideSearch) R.id.search_wide else R.id.search_greedy)
        isRendering = false
    }

    private fun change(action: () -> Unit) {
        if (!isRendering) action()
    }
}
