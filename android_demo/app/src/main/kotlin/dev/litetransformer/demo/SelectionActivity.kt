package dev.litetransformer.demo

import android.content.Intent
import dev.litetransformer.bundle.Task
import dev.litetransformer.demo.screen.SelectionScreen
import dev.litetransformer.demo.state.AppState

/** Translates a text that is selected in another app, in a dialog over it. The translation may take its place where that app allows it. */
class SelectionActivity : EngineActivity(Task.TRANSLATION) {
    private lateinit var screen: SelectionScreen

    override fun build() {
        setContentView(R.layout.selection)
        val isReadOnly = intent.getBooleanExtra(Intent.EXTRA_PROCESS_TEXT_READONLY, false)
        screen = SelectionScreen(window.decorView, machine, actions(if (isReadOnly) null else ::replace))
        findViewById<android.view.View>(R.id.close).setOnClickListener { finish() }
        findViewById<android.view.View>(R.id.open_app).setOnClickListener { openApp() }
    }

    override fun render(state: AppState) = screen.render(state)

    override fun receive(intent: Intent) = machine.receive(intent.getCharSequenceExtra(Intent.EXTRA_PROCESS_TEXT))

    private fun replace(text: String) {
        setResult(RESULT_OK, Intent().putExtra(Intent.EXTRA_PROCESS_TEXT, text as CharSequence))
        finish()
    }

    private fun openApp() {
        startActivity(Intent(this, MainActivity::class.java).setAction(Intent.ACTION_SEND).putExtra(Intent.EXTRA_TEXT, machine.state.input))
        finish()
    }
}
