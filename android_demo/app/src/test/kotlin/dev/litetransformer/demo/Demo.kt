package dev.litetransformer.demo

import android.app.Activity
import android.content.Intent
import android.net.Uri
import android.os.Bundle
import android.os.Looper
import android.view.View
import android.widget.EditText
import android.widget.Spinner
import android.widget.TextView
import dev.litetransformer.bundle.Task
import dev.litetransformer.demo.state.DemoPresenter
import dev.litetransformer.demo.state.DemoViewState
import java.io.InputStream
import java.util.concurrent.TimeUnit
import org.robolectric.Robolectric
import org.robolectric.RuntimeEnvironment
import org.robolectric.Shadows.shadowOf
import org.robolectric.android.controller.ActivityController

/** The app as it stands on a phone, with what a user does and sees. */
internal class Demo(intent: Intent = Intent(Intent.ACTION_MAIN), saved: Bundle? = null) : AutoCloseable {
    private val controller: ActivityController<MainActivity> =
        Robolectric.buildActivity(MainActivity::class.java, intent).let { if (saved == null) it.setup() else it.setup(saved) }

    val activity: MainActivity get() = controller.get()
    val presenter: DemoPresenter get() = activity.presenter
    val state: DemoViewState get() = presenter.state

    init {
        settle()
    }

    /** Waits until neither thread has anything to do. */
    fun settle() {
        do {
            application.background.submit {}.get(WAIT_SECONDS, TimeUnit.SECONDS)
            idleMain()
        } while (!state.isIdle)
    }

    /** Lets the main thread do what waits for it. */
    fun idleMain() = shadowOf(Looper.getMainLooper()).idle()

    fun <T : View> view(id: Int): T = activity.findViewById(id)

    fun text(id: Int): String = view<TextView>(id).text.toString()

    fun isShown(id: Int): Boolean = view<View>(id).isShown

    fun click(id: Int) {
        val button = view<View>(id)
        check(button.isShown && button.isEnabled) { "no button to press: ${activity.resources.getResourceEntryName(id)}" }
        button.performClick()
        idleMain()
    }

    fun type(text: String) {
        view<EditText>(R.id.input).run {
            setText(text)
            setSelection(length())
        }
        idleMain()
    }

    /** Types a text, presses the button and waits for the answer. */
    fun answer(text: String): String {
        type(text)
        click(R.id.run)
        settle()
        return text(R.id.output)
    }

    /** Chooses a model that came with the app, first its task and then itself. */
    fun choose(name: String) {
        val model = state.models.first { it.isBuiltIn && it.name == name }
        view<Spinner>(R.id.task).setSelection(Task.entries.indexOf(model.task))
        idleMain()
        view<Spinner>(R.id.model).setSelection(state.modelsOfTask.indexOf(model))
        idleMain()
        check(state.model == model) { "the lists do not choose: ${state.model}" }
    }

    fun openDocument(name: String, bytes: ByteArray) = openDocument(name, bytes.inputStream())

    /** Chooses a document in the system's picker. */
    fun openDocument(name: String, stream: InputStream) {
        val document = Uri.parse("content://documents/$name")
        shadowOf(activity.contentResolver).registerInputStream(document, stream)
        click(R.id.open_model)
        val request = shadowOf(activity).nextStartedActivityForResult.intent
        shadowOf(activity).receiveResult(request, Activity.RESULT_OK, Intent().setData(document))
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

    override fun close() {
        if (!activity.isDestroyed) controller.pause().stop().destroy()
    }

    companion object {
        val application: DemoApplication get() = RuntimeEnvironment.getApplication() as DemoApplication
    }
}
