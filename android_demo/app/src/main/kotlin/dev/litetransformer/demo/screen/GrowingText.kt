package dev.litetransformer.demo.screen

import android.content.Context
import android.util.AttributeSet
import android.widget.EditText

/**
 * A text field that grows with its text up to a share of the height that is left, and then scrolls: the result below it stays in sight, above
 * the keyboard too.
 */
@Suppress("AppCompatCustomView") // AppCompat is AndroidX's, which the demo does without.
class GrowingText(context: Context, attributes: AttributeSet?) : EditText(context, attributes) {
    override fun onMeasure(widthMeasureSpec: Int, heightMeasureSpec: Int) {
        val isLimited = MeasureSpec.getMode(heightMeasureSpec) == MeasureSpec.AT_MOST
        val left = MeasureSpec.getSize(heightMeasureSpec)
        val largest = (left * SHARE).toInt().coerceAtLeast(lineHeight + totalPaddingTop + totalPaddingBottom).coerceAtMost(left)
        super.onMeasure(widthMeasureSpec, if (isLimited) MeasureSpec.makeMeasureSpec(largest, MeasureSpec.AT_MOST) else heightMeasureSpec)
    }

    private companion object {
        const val SHARE = 0.45
    }
}
