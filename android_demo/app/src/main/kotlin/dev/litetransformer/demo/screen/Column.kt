package dev.litetransformer.demo.screen

import android.content.Context
import android.util.AttributeSet
import android.widget.LinearLayout
import dev.litetransformer.demo.R

/** A [LinearLayout] that does not grow wider than people read well. */
class Column(context: Context, attributes: AttributeSet?) : LinearLayout(context, attributes) {
    private val largestWidth = resources.getDimensionPixelSize(R.dimen.content_width)

    override fun onMeasure(widthMeasureSpec: Int, heightMeasureSpec: Int) {
        val width = MeasureSpec.getSize(widthMeasureSpec)
        val isTooWide = MeasureSpec.getMode(widthMeasureSpec) != MeasureSpec.UNSPECIFIED && width > largestWidth
        super.onMeasure(if (isTooWide) MeasureSpec.makeMeasureSpec(largestWidth, MeasureSpec.EXACTLY) else widthMeasureSpec, heightMeasureSpec)
    }
}
