package dev.litetransformer.demo.screen

import android.view.View
import android.widget.AdapterView
import android.widget.ArrayAdapter
import android.widget.Spinner
import dev.litetransformer.demo.R

/** A spinner over values. */
internal class Chooser<T : Any>(
    private val spinner: Spinner,
    private val layout: Int,
    private val title: (T) -> String,
    private val onChosen: (T) -> Unit,
) {
    private var values: List<T> = emptyList()
    private var shown: T? = null

    init {
        spinner.onItemSelectedListener = object : AdapterView.OnItemSelectedListener {
            override fun onItemSelected(parent: AdapterView<*>?, view: View?, position: Int, id: Long) {
                values.getOrNull(position)?.takeIf { it != shown }?.let { onChosen(it) }
            }

            override fun onNothingSelected(parent: AdapterView<*>?) = Unit
        }
    }

    fun show(values: List<T>, chosen: T?) {
        // What is shown is not what the user chose.
        shown = chosen
        if (this.values != values) {
            this.values = values
            spinner.adapter = ArrayAdapter(spinner.context, layout, values.map(title)).also { it.setDropDownViewResource(R.layout.choice_in_list) }
        }
        val position = values.indexOf(chosen)
        if (position >= 0 && spinner.selectedItemPosition != position) spinner.setSelection(position)
        spinner.isEnabled = values.size > 1
    }
}
