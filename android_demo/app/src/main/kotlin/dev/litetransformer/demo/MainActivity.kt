package dev.litetransformer.demo

import android.content.ActivityNotFoundException
import android.content.Intent
import android.net.Uri
import android.os.Bundle
import dev.litetransformer.demo.screen.MainScreen
import dev.litetransformer.demo.screen.Sheets
import dev.litetransformer.demo.state.AppState
import dev.litetransformer.demo.state.Message

/** The app's own screen; it also takes shared texts and models opened from the phone's files. */
class MainActivity : EngineActivity() {
    private lateinit var screen: MainScreen
    private lateinit var sheets: Sheets

    override fun onCreate(savedInstanceState: Bundle?) {
        super.onCreate(savedInstanceState)
        savedInstanceState?.let(screen::restore)
    }

    override fun build() {
        setContentView(R.layout.main)
        drawBehindBars()
        screen = MainScreen(window.decorView, machine, actions())
        sheets = Sheets(this, machine, ::openModel)
    }

    override fun render(state: AppState) {
        screen.render(state)
        sheets.render(state)
    }

    override fun onSaveInstanceState(outState: Bundle) {
        super.onSaveInstanceState(outState)
        screen.save(outState)
    }

    override fun onDestroy() {
        sheets.dismiss()
        super.onDestroy()
    }

    // The engine exists before the result comes, also when the activity is made anew behind the picker: nothing is lost.
    override fun onActivityResult(requestCode: Int, resultCode: Int, data: Intent?) {
        super.onActivityResult(requestCode, resultCode, data)
        val document = data?.data
        if (requestCode == OPEN_MODEL && resultCode == RESULT_OK && document != null) add(document)
    }

    override fun receive(intent: Intent) {
        val document = intent.data
        when (intent.action) {
            Intent.ACTION_SEND -> machine.receive(intent.getCharSequenceExtra(Intent.EXTRA_TEXT))
            Intent.ACTION_VIEW -> if (document != null) add(document)
        }
    }

    private fun add(document: Uri) {
        val resolver = applicationContext.contentResolver
        machine.library.add(document.lastPathSegment.orEmpty()) { resolver.find(document) }
    }

    private fun openModel() {
        val intent = Intent(Intent.ACTION_OPEN_DOCUMENT).addCategory(Intent.CATEGORY_OPENABLE).setType("*/*")
        try {
            startActivityForResult(intent, OPEN_MODEL)
        } catch (_: ActivityNotFoundException) {
            machine.tell(Message.NoFilePicker)
        }
    }

    private companion object {
        const val OPEN_MODEL = 1
    }
}
