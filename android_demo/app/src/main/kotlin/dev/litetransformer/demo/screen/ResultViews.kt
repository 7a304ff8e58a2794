package dev.litetransformer.demo.screen

import android.text.SpannableString
import android.text.Spanned
import android.text.style.LocaleSpan
import android.view.LayoutInflater
import android.view.View
import android.view.ViewGroup
import android.widget.ImageButton
import android.widget.ScrollView
import android.widget.TextView
import dev.litetransformer.demo.R
import dev.litetransformer.demo.state.AppState
import dev.litetransformer.demo.state.Machine
import java.util.Locale

/** What a screen cannot do without an activity. Each gets the text that is usable. */
internal class Actions(val copy: (String) -> Unit, val share: (String) -> Unit, val speak: (String, Locale) -> Unit, val replace: ((String) -> Unit)? = null)

/** The result with all that can be done with it, and other answers. */
internal class ResultViews(private val root: View, private val texts: Texts, private val machine: Machine, private val actions: Actions) {
    private val results = find<ScrollView>(R.id.results)
    private val card = find<View>(R.id.result_card)
    private val output = find<TextView>(R.id.output)
    private val status = find<TextView>(R.id.status)
    private val remarks = find<TextView>(R.id.remarks)
    private val progress = find<View>(R.id.progress)
    private val stop = find<View>(R.id.stop)
    private val bar = find<View>(R.id.actions)
    private val speak = find<ImageButton>(R.id.speak)
    private val favourite = find<ImageButton>(R.id.favourite)
    private val replace = find<View>(R.id.replace)
    private val buttons = listOf(speak, find(R.id.copy), find(R.id.share), favourite, replace)
    private val alternatives = find<ViewGroup>(R.id.alternatives)
    private var shownAlternatives: List<String> = emptyList()
    private var shownNumber: Any? = null

    init {
        stop.setOnClickListener { machine.stop() }
        find<View>(R.id.copy).setOnClickListener { use(actions.copy) }
        find<View>(R.id.share).setOnClickListener { use(actions.share) }
        speak.setOnClickListener { use { text -> locale(machine.state)?.let { actions.speak(text, it) } } }
        favourite.setOnClickListener { machine.notes.toggleFavourite() }
        replace.setOnClickListener { actions.replace?.let(::use) }
    }

    /** Hands over the result, which may have become unusable between touch and call. */
    private fun use(action: (String) -> Unit) {
        val text = machine.state.usable?.text ?: return
        machine.notes.remember()
        action(text)
    }

    fun render(state: AppState) {
        val result = state.result
        card.isVisible = result != null || state.canStop
        renderText(state)
        status.showText(texts.status(state))
        progress.keepPlace(state.canStop)
        stop.keepPlace(state.canStop)
        stop.isEnabled = state.canStop
        bar.isVisible = result != null
        buttons.forEach { it.enable(state.usable != null) }
        replace.isVisible = actions.replace != null
        renderIcons(state)
        val lines = result?.remarks.orEmpty().map(texts::message)
        remarks.showText(lines.joinToString("\n"))
        remarks.isVisible = lines.isNotEmpty()
        renderAlternatives(state)
    }

    private fun renderText(state: AppState) {
        val text = state.result?.text.orEmpty()
        val locale = locale(state)
        output.textLocales = android.os.LocaleList.forLanguageTags(locale?.toLanguageTag() ?: root.resources.configuration.locales.toLanguageTags())
        // Read aloud when it is whole, not word by word.
        output.accessibilityLiveRegion = if (state.usable != null) View.ACCESSIBILITY_LIVE_REGION_POLITE else View.ACCESSIBILITY_LIVE_REGION_NONE
        output.showText(spoken(text, locale))
        output.isVisible = text.isNotEmpty()
        output.alpha = if (state.usable != null || state.result?.isWhole == false) 1f else FADED
        val key = state.usable?.query
        if (key != null && key != shownNumber) results.smoothScrollTo(0, 0)
        shownNumber = key
    }

    private fun renderIcons(state: AppState) {
        favourite.setImageResource(if (state.isFavourite) R.drawable.ic_star_filled else R.drawable.ic_star)
        favourite.isSelected = state.isFavourite
        speak.setImageResource(if (state.isSpeaking) R.drawable.ic_stop else R.drawable.ic_speak)
        speak.contentDescription = root.resources.getString(if (state.isSpeaking) R.string.silence else R.string.speak)
    }

    private fun renderAlternatives(state: AppState) {
        val result = state.usable
        val others = result?.texts?.takeIf { it.size > 1 }.orEmpty()
        alternatives.isVisible = others.isNotEmpty()
        if (others != shownAlternatives) {
            shownAlternatives = others
            alternatives.removeAllViews()
            if (others.isNotEmpty()) alternatives.addView(heading(alternatives, R.string.alternatives))
            others.forEachIndexed { position, text ->
                alternatives.addView(line(alternatives, spoken(text, locale(state))) { machine.chooseAlternative(position) })
            }
        }
        // The first child is the heading; the answer that is shown above is not shown again.
        for (position in others.indices) alternatives.getChildAt(position + 1).isVisible = position != result?.chosen
    }

    private fun <T : View> find(id: Int): T = root.findViewById(id)

    companion object {
        private const val FADED = 0.45f

        /** The language of the result, or null. */
        fun locale(state: AppState): Locale? = state.model?.target?.let(Locale::forLanguageTag)

        /** A text that a screen reader speaks with the voice of its language. */
        fun spoken(text: String, locale: Locale?): CharSequence {
            if (locale == null || text.isEmpty()) return text
            return SpannableString(text).apply { setSpan(LocaleSpan(locale), 0, length, Spanned.SPAN_INCLUSIVE_INCLUSIVE) }
        }

        fun heading(parent: ViewGroup, title: Int): View =
            (LayoutInflater.from(parent.context).inflate(R.layout.heading, parent, false) as TextView).apply { setText(title) }

        /** A sentence to tap. */
        fun line(parent: ViewGroup, text: CharSequence, onClick: () -> Unit): View =
            (LayoutInflater.from(parent.context).inflate(R.layout.line, parent, false) as TextView).apply {
                this.text = text
                setOnClickListener { onClick() }
            }
    }
}
