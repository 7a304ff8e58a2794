package dev.litetransformer.demo

import android.app.Activity
import android.app.Dialog
import android.content.Intent
import android.net.Uri
import android.os.Bundle
import android.os.Looper
import android.view.View
import android.widget.EditText
import android.widget.Spinner
import android.widget.TextView
import dev.litetransformer.demo.state.AppState
import dev.litetransformer.demo.state.Machine
import java.io.InputStream
import java.time.Duration
import java.util.concurrent.TimeUnit
import org.robolectric.Robolectric
import org.robolectric.RuntimeEnvironment
import org.robolectric.Shadows.shadowOf
import org.robolectric.android.controller.ActivityController
import org.robolectric.shadows.ShadowDialog

/** One of the app's activities as it stands on a phone, with what a user does and sees. */
internal open class Stage<A : EngineActivity>(type: Class<A>, intent: Intent, saved: Bundle?) : AutoCloseable {
    protected val controller: ActivityController<A> =
        Robolectric.buildActivity(type, intent).let { if (saved == null) it.setup() else it.setup(saved) }

    val activity: A get() = controller.get()
    val machine: Machine get() = activity.machine
    val state: AppState get() = machine.state

    /** The dialog on the screen, or null. */
    val dialog: Dialog? get() = ShadowDialog.getLatestDialog()?.takeIf { it.isShowing }

    init {
        settle()
    }

    /** Waits until no thread has anything to do, and the pause after typing is over. */
    fun settle() {
        do {
            drain()
            pause()
        } while (!state.isIdle)
        // Guesses and suggestions, which come after the pause.
        drain()
        idleMain()
    }

    private fun drain() = listOf(Demo.application.background, Demo.application.guesses).forEach { it.submit {}.get(WAIT_SECONDS, TimeUnit.SECONDS) }

    /** Lets the main thread do what waits for it, also what comes after the pause. */
    fun pause() = shadowOf(Looper.getMainLooper()).idleFor(Duration.ofMillis(Machine.PAUSE_MILLISECONDS + 10))

    /** Lets the main thread do what waits for it now. */
    fun idleMain() = shadowOf(Looper.getMainLooper()).idle()

    fun <T : View> view(id: Int): T = checkNotNull(dialog?.findViewById<T>(id) ?: activity.findViewById<T>(id)) { activity.resources.getResourceName(id) }

    fun text(id: Int): String = view<TextView>(id).text.toString()

    fun isShown(id: Int): Boolean = view<View>(id).isShown

    fun isEnabled(id: Int): Boolean = view<View>(id).isEnabled

    fun click(id: Int) {
        val button = view<View>(id)
        check(button.isShown && button.isEnabled) { "no button to press: ${activity.resources.getResourceEntryName(id)}" }
        button.performClick()
        idleMain()
    }

    override fun close() {
        dialog?.dismiss()
        if (!activity.isDestroyed) controller.pause().stop().destroy()
    }
}

/** The app's own screen. */
internal class Demo(intent: Intent = Intent(Intent.ACTION_MAIN), saved: Bundle? = null) : Stage<MainActivity>(MainActivity::class.java, intent, saved) {
    fun type(text: String) {
        view<EditText>(R.id.input).run {
            setText(text)
            setSelection(length())
        }
        idleMain()
    }

    /** Types a text and waits for the answer; asks for it where it does not come by itself. */
    fun answer(text: String): String {
        type(text)
        settle()
        if (isShown(R.id.run)) click(R.id.run)
        settle()
        return text(R.id.output)
    }

    /** Chooses a model that came with the app, in the sheet. */
    fun choose(name: String) {
        val model = state.models.first { it.isBuiltIn && it.name == name }
        click(R.id.show_models)
        view<android.view.ViewGroup>(R.id.model_list).getChildAt(state.models.indexOf(model)).performClick()
        settle()
        check(state.model == model && dialog == null) { "the sheet does not choose: ${state.model}" }
    }

    fun chooseIn(spinner: Int, position: Int) {
        view<Spinner>(spinner).setSelection(position)
        settle()
    }

    fun openDocument(name: String, bytes: ByteArray) = openDocument(name, bytes.inputStream())

    /** Chooses a document in the system's picker. */
    fun openDocument(name: String, stream: InputStream, meanwhile: () -> Unit = {}) {
        val document = Uri.parse("content://documents/$name")
        click(R.id.show_models)
        click(R.id.open_model)
        val request = shadowOf(activity).nextStartedActivityForResult.requestCode
        meanwhile()
        shadowOf(activity.contentResolver).registerInputStream(document, stream)
        // As the system does it, also for an activity that was made anew.
        Activity::class.java.getDeclaredMethod("onActivityResult", Int::class.java, Int::class.java, Intent::class.java)
            .apply { isAccessible = true }
            .invoke(activity, request, Activity.RESULT_OK, Intent().setData(document))
        settle()
    }

    fun rotate() {
        RuntimeEnvironment.setQualifiers("+land")
        controller.recreate()
        idleMain()
    }

    /** Ends the activity as the system does when it needs the memory; what it keeps of it. */
    fun die(): Bundle {
        val saved = Bundle()
        controller.pause().stop().saveInstanceState(saved).destroy()
        return saved
    }

    companion object {
        val application: DemoApplication get() = RuntimeEnvironment.getApplication() as DemoApplication
    }
}

/** The dialog over another app. */
internal class Selection(text: CharSequence?, isReadOnly: Boolean = false) : Stage<SelectionActivity>(
    SelectionActivity::class.java,
    Intent(Intent.ACTION_PROCESS_TEXT).setType("text/plain").putExtra(Intent.EXTRA_PROCESS_TEXT, text).putExtra(Intent.EXTRA_PROCESS_TEXT_READONLY, isReadOnly),
    null,
)
