package dev.litetransformer.demo.screen

import android.app.AlertDialog
import android.app.Dialog
import android.content.Context
import android.view.Gravity
import android.view.LayoutInflater
import android.view.View
import android.view.ViewGroup
import android.view.WindowManager
import android.widget.TextView
import dev.litetransformer.demo.R
import dev.litetransformer.demo.state.AppState
import dev.litetransformer.demo.state.Machine
import dev.litetransformer.demo.state.Sheet

/** A sheet's content. */
internal interface SheetBody {
    val title: Int
    val layout: Int

    fun bind(view: View)

    fun render(state: AppState)
}

/** The dialog over the screen that the state asks for; a rotation opens it again. */
internal class Sheets(private val context: Context, private val machine: Machine, private val openModel: () -> Unit) {
    private val texts = Texts(context.resources)
    private var shown: Sheet? = null
    private var dialog: Dialog? = null
    private var body: SheetBody? = null

    fun render(state: AppState) {
        if (state.sheet != shown) {
            dismiss()
            shown = state.sheet
            state.sheet?.let(::show)
        }
        body?.render(state)
    }

    /** Takes the dialog away without telling the machine. */
    fun dismiss() {
        dialog?.setOnDismissListener(null)
        dialog?.dismiss()
        dialog = null
        body = null
        shown = null
    }

    private fun show(sheet: Sheet) {
        when (sheet) {
            Sheet.Models -> open(ModelsSheet(machine, texts, openModel))
            Sheet.History -> open(HistorySheet(machine, texts))
            Sheet.Options -> open(OptionsSheet(machine, texts))
            is Sheet.Removal -> ask(context.getString(R.string.removal_question, sheet.model.name), R.string.remove, R.string.keep) {
                machine.library.remove(sheet.model)
            }
            Sheet.Forgetting -> ask(context.getString(R.string.history_question), R.string.remove, R.string.keep) { machine.notes.clear() }
        }
    }

    private fun open(content: SheetBody) {
        val made = Dialog(context, R.style.Theme_Floating).apply { setContentView(R.layout.sheet) }
        made.findViewById<TextView>(R.id.sheet_title).setText(content.title)
        made.findViewById<View>(R.id.sheet_close).setOnClickListener { machine.open(null) }
        val place = made.findViewById<ViewGroup>(R.id.sheet_body)
        content.bind(LayoutInflater.from(context).inflate(content.layout, place, true))
        body = content
        val metrics = context.resources.displayMetrics
        val width = minOf(metrics.widthPixels, context.resources.getDimensionPixelSize(R.dimen.sheet_width))
        put(made)
        made.window?.run {
            setLayout(width, WindowManager.LayoutParams.WRAP_CONTENT)
            setGravity(Gravity.BOTTOM or Gravity.CENTER_HORIZONTAL)
        }
    }

    private fun ask(question: String, yes: Int, no: Int, onYes: () -> Unit) = put(
        AlertDialog.Builder(context)
            .setMessage(question)
            .setPositiveButton(yes) { _, _ -> onYes() }
            .setNegativeButton(no, null)
            .create(),
    )

    private fun put(made: Dialog) {
        val sheet = shown
        dialog = made
        made.setOnDismissListener { if (machine.state.sheet == sheet) machine.open(null) }
        made.show()
    }
}
