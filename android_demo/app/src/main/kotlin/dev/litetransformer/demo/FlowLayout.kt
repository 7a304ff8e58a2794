package dev.litetransformer.demo

import android.content.Context
import android.util.AttributeSet
import android.view.View
import android.view.ViewGroup

/** Puts its children side by side, and those that do not fit into further rows: buttons stay whole in every language and font size. */
class FlowLayout(context: Context, attributes: AttributeSet?) : ViewGroup(context, attributes) {
    private val gap = resources.getDimensionPixelSize(R.dimen.gap)

    private class Place(val view: View, val left: Int, val top: Int)

    private var places = emptyList<Place>()

    override fun onMeasure(widthMeasureSpec: Int, heightMeasureSpec: Int) {
        val isLimited = MeasureSpec.getMode(widthMeasureSpec) != MeasureSpec.UNSPECIFIED
        val limit = if (isLimited) MeasureSpec.getSize(widthMeasureSpec) - paddingLeft - paddingRight else Int.MAX_VALUE
        val childWidth = MeasureSpec.makeMeasureSpec(if (isLimited) limit else 0, if (isLimited) MeasureSpec.AT_MOST else MeasureSpec.UNSPECIFIED)
        val found = ArrayList<Place>()
        var left = 0
        var top = 0
        var rowHeight = 0
        var width = 0
        for (child in children()) {
            child.measure(childWidth, getChildMeasureSpec(MeasureSpec.makeMeasureSpec(0, MeasureSpec.UNSPECIFIED), 0, child.layoutParams.height))
            if (left > 0 && left + child.measuredWidth > limit) {
                top += rowHeight
                left = 0
                rowHeight = 0
            }
            found += Place(child, left, top)
            width = maxOf(width, left + child.measuredWidth)
            left += child.measuredWidth + gap
            rowHeight = maxOf(rowHeight, child.measuredHeight)
        }
        places = found
        val height = top + rowHeight + paddingTop + paddingBottom
        setMeasuredDimension(resolveSize(width + paddingLeft + paddingRight, widthMeasureSpec), resolveSize(height, heightMeasureSpec))
    }

    override fun onLayout(changed: Boolean, left: Int, top: Int, right: Int, bottom: Int) {
        val isMirrored = layoutDirection == LAYOUT_DIRECTION_RTL
        for (place in places) {
            val x = if (isMirrored) width - paddingRight - place.left - place.view.measuredWidth else paddingLeft + place.left
            val y = paddingTop + place.top
            place.view.layout(x, y, x + place.view.measuredWidth, y + place.view.measuredHeight)
        }
    }

    private fun children(): List<View> = (0 until childCount).map { getChildAt(it) }.filter { it.visibility != View.GONE }
}
