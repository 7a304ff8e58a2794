package dev.litetransformer.demo.screen

import android.view.LayoutInflater
import android.view.View
import android.view.ViewGroup
import android.widget.BaseAdapter
import android.widget.CheckBox
import android.widget.ImageButton
import android.widget.ListView
import android.widget.TextView
import dev.litetransformer.demo.R
import dev.litetransformer.demo.model.HistoryEntry
import dev.litetransformer.demo.state.AppState
import dev.litetransformer.demo.state.Machine
import dev.litetransformer.demo.state.Sheet
import java.util.Locale

/** What was kept: a touch brings a text back. */
internal class HistorySheet(private val machine: Machine, private val texts: Texts) : SheetBody {
    override val title = R.string.history
    override val layout = R.layout.sheet_history

    private lateinit var empty: View
    private lateinit var onlyFavourites: CheckBox
    private lateinit var list: ListView
    private lateinit var clear: View
    private val adapter = Entries()

    override fun bind(view: View) {
        empty = view.findViewById(R.id.history_empty)
        onlyFavourites = view.findViewById(R.id.only_favourites)
        list = view.findViewById(R.id.history_list)
        clear = view.findViewById(R.id.history_clear)
        list.adapter = adapter
        onlyFavourites.setOnCheckedChangeListener { _, _ -> render(machine.state) }
        clear.setOnClickListener { machine.open(Sheet.Forgetting) }
    }

    override fun render(state: AppState) {
        adapter.show(state.history.filter { it.isFavourite || !onlyFavourites.isChecked })
        empty.isVisible = state.history.isEmpty()
        onlyFavourites.isVisible = state.history.isNotEmpty()
        clear.isVisible = state.history.any { !it.isFavourite }
    }

    private inner class Entries : BaseAdapter() {
        private var entries: List<HistoryEntry> = emptyList()

        fun show(entries: List<HistoryEntry>) {
            if (entries == this.entries) return
            this.entries = entries
            notifyDataSetChanged()
        }

        override fun getCount(): Int = entries.size

        override fun getItem(position: Int): HistoryEntry = entries[position]

        override fun getItemId(position: Int): Long = position.toLong()

        override fun getView(position: Int, old: View?, parent: ViewGroup): View {
            val view = old ?: LayoutInflater.from(parent.context).inflate(R.layout.history, parent, false)
            val entry = entries[position]
            val (source, target) = listOf(entry.languages.firstOrNull(), entry.languages.lastOrNull()).map { it?.let(Locale::forLanguageTag) }
            view.findViewById<TextView>(R.id.entry_text).text = ResultViews.spoken(entry.text, source)
            view.findViewById<TextView>(R.id.entry_answer).text = ResultViews.spoken(entry.answer, target)
            view.findViewById<ImageButton>(R.id.entry_favourite).run {
                setImageResource(if (entry.isFavourite) R.drawable.ic_star_filled else R.drawable.ic_star)
                isSelected = entry.isFavourite
                setOnClickListener { machine.notes.toggleFavourite(entry) }
            }
            view.findViewById<View>(R.id.entry_remove).setOnClickListener { machine.notes.remove(entry) }
            view.setOnClickListener { machine.notes.recall(entry) }
            view.tooltipText = if (entry.languages.isEmpty()) null else texts.pair(entry.languages)
            return view
        }
    }
}
