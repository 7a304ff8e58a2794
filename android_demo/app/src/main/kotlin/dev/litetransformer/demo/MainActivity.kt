package dev.litetransformer.demo

import android.app.Activity
import android.content.ActivityNotFoundException
import android.content.ClipData
import android.content.ClipboardManager
import android.content.Intent
import android.os.Build
import android.os.Bundle
import android.widget.Toast
import dev.litetransformer.demo.state.DemoPresenter
import dev.litetransformer.demo.state.Message
import dev.litetransformer.demo.state.SavedState

/** Connects the [DemoPresenter], which outlives rotations, with a [DemoScreen] and with other apps. */
class MainActivity : Activity() {
    internal lateinit var presenter: DemoPresenter
        private set
    private lateinit var screen: DemoScreen

    override fun onCreate(savedInstanceState: Bundle?) {
        super.onCreate(savedInstanceState)
        setContentView(R.layout.demo)
        drawBehindBars()
        screen = DemoScreen(window.decorView, actions(), canReplace = canReplace(intent))
        val retained = lastNonConfigurationInstance as DemoPresenter?
        presenter = retained ?: newPresenter(savedInstanceState)
        screen.bind(presenter, savedInstanceState)
        if (retained == null && savedInstanceState == null) receive(intent)
    }

    override fun onRetainNonConfigurationInstance(): Any = presenter

    override fun onSaveInstanceState(outState: Bundle) {
        super.onSaveInstanceState(outState)
        outState.putSavedState(SavedState.of(presenter.state))
        screen.save(outState)
    }

    override fun onDestroy() {
        if (isChangingConfigurations) presenter.observer = null else presenter.close()
        super.onDestroy()
    }

    override fun onTrimMemory(level: Int) {
        super.onTrimMemory(level)
        if (level >= TRIM_MEMORY_BACKGROUND) presenter.release()
    }

    override fun onActivityResult(requestCode: Int, resultCode: Int, data: Intent?) {
        super.onActivityResult(requestCode, resultCode, data)
        val document = data?.data
        if (requestCode != OPEN_MODEL || resultCode != RESULT_OK || document == null) return
        val resolver = applicationContext.contentResolver
        presenter.add(document.lastPathSegment.orEmpty()) { resolver.find(document) }
    }

    private fun newPresenter(saved: Bundle?): DemoPresenter =
        (application as DemoApplication).presenter(saved?.getSavedState()).also { it.start() }

    private fun receive(intent: Intent) {
        when (intent.action) {
            Intent.ACTION_SEND -> presenter.receive(intent.getCharSequenceExtra(Intent.EXTRA_TEXT))
            Intent.ACTION_PROCESS_TEXT -> presenter.receive(intent.getCharSequenceExtra(Intent.EXTRA_PROCESS_TEXT))
        }
    }

    private fun canReplace(intent: Intent): Boolean =
        intent.action == Intent.ACTION_PROCESS_TEXT && !intent.getBooleanExtra(Intent.EXTRA_PROCESS_TEXT_READONLY, false)

    private fun actions() = DemoScreen.Actions(
        openModel = ::openModel,
        copy = ::copyResult,
        share = ::shareResult,
        replace = {
            setResult(RESULT_OK, Intent().putExtra(Intent.EXTRA_PROCESS_TEXT, presenter.state.output as CharSequence))
            finish()
        },
    )

    private fun openModel() {
        val intent = Intent(Intent.ACTION_OPEN_DOCUMENT).addCategory(Intent.CATEGORY_OPENABLE).setType("*/*")
        try {
            startActivityForResult(intent, OPEN_MODEL)
        } catch (_: ActivityNotFoundException) {
            presenter.tell(Message.NoFilePicker)
        }
    }

    private fun copyResult() {
        val clipboard = getSystemService(ClipboardManager::class.java)
        clipboard.setPrimaryClip(ClipData.newPlainText(getString(R.string.result), presenter.state.output))
        // Newer versions show themselves what was copied.
        if (Build.VERSION.SDK_INT < Build.VERSION_CODES.TIRAMISU) Toast.makeText(this, R.string.copied, Toast.LENGTH_SHORT).show()
    }

    private fun shareResult() {
        val send = Intent(Intent.ACTION_SEND).setType("text/plain").putExtra(Intent.EXTRA_TEXT, presenter.state.output)
        startActivity(Intent.createChooser(send, null))
    }

    private companion object {
        const val OPEN_MODEL = 1
    }
}
