package dev.litetransformer.demo

import android.app.Activity
import android.content.ClipData
import android.content.ClipboardManager
import android.content.Intent
import android.os.Build
import android.os.Bundle
import android.widget.Toast
import dev.litetransformer.bundle.Task
import dev.litetransformer.demo.screen.Actions
import dev.litetransformer.demo.state.AppState
import dev.litetransformer.demo.state.Engine
import dev.litetransformer.demo.state.Machine
import dev.litetransformer.demo.state.Message
import dev.litetransformer.demo.state.SavedState

/**
 * What both activities share: an [Engine], which outlives rotations, and the ways to other apps.
 *
 * @param only the task to which the models are limited; null: all of them.
 */
abstract class EngineActivity(private val only: Task? = null) : Activity() {
    internal lateinit var engine: Engine
        private set
    internal val machine: Machine get() = engine.machine
    private lateinit var speaker: Speaker

    /** Sets the content view and makes what [render] needs. */
    protected abstract fun build()

    internal abstract fun render(state: AppState)

    /** Takes what the intent brings, once. */
    protected abstract fun receive(intent: Intent)

    override fun onCreate(savedInstanceState: Bundle?) {
        super.onCreate(savedInstanceState)
        val retained = lastNonConfigurationInstance as Engine?
        engine = retained ?: (application as DemoApplication).engine(savedInstanceState?.getSavedState(), only)
        speaker = Speaker(this, { machine.spoken(it) }, { machine.tell(Message.NoVoice(it)) })
        build()
        machine.observer = ::render
        if (retained == null) machine.start()
        if (retained == null && savedInstanceState == null) receive(intent)
    }

    override fun onRetainNonConfigurationInstance(): Any = engine

    override fun onSaveInstanceState(outState: Bundle) {
        super.onSaveInstanceState(outState)
        outState.putSavedState(SavedState.of(machine.state))
    }

    override fun onStop() {
        super.onStop()
        if (!isChangingConfigurations) machine.notes.remember()
    }

    override fun onDestroy() {
        machine.observer = null
        speaker.close()
        machine.spoken(false)
        if (!isChangingConfigurations) engine.close()
        super.onDestroy()
    }

    override fun onTrimMemory(level: Int) {
        super.onTrimMemory(level)
        if (level >= TRIM_MEMORY_BACKGROUND) engine.release()
    }

    internal fun actions(replace: ((String) -> Unit)? = null) = Actions(::copy, ::share, speaker::toggle, replace)

    private fun copy(text: String) {
        getSystemService(ClipboardManager::class.java).setPrimaryClip(ClipData.newPlainText(getString(R.string.result), text))
        // Newer versions show themselves what was copied.
        if (Build.VERSION.SDK_INT < Build.VERSION_CODES.TIRAMISU) Toast.makeText(this, R.string.copied, Toast.LENGTH_SHORT).show()
    }

    private fun share(text: String) {
        val send = Intent(Intent.ACTION_SEND).setType("text/plain").putExtra(Intent.EXTRA_TEXT, text)
        startActivity(Intent.createChooser(send, null))
    }
}
