package dev.litetransformer.demo.screen

import android.content.Context
import android.util.AttributeSet
import android.view.View
import android.view.ViewGroup
import dev.litetransformer.demo.R

/** Puts its children side by side, and those that do not fit into further rows: buttons stay whole in every language and font size. */
class FlowLayout(context: Context, attributes: AttributeSet?) : ViewGroup(context, attributes) {
    private val gap = resources.getDimensionPixelSize(R.dimen.gap)

    /** Where a child stands, in the direction of reading. */
    private class Place(size: LayoutParams) : LayoutParams(size) {
        var start = 0
        var top = 0
    }

    override fun generateLayoutParams(attributes: AttributeSet): LayoutParams = Place(super.generateLayoutParams(attributes))

    override fun generateLayoutParams(size: LayoutParams): LayoutParams = Place(size)

    override fun generateDefaultLayoutParams(): LayoutParams = Place(super.generateDefaultLayoutParams())

    override fun checkLayoutParams(size: LayoutParams?): Boolean = size is Place

    override fun onMeasure(widthMeasureSpec: Int, heightMeasureSpec: Int) {
        val isLimited = MeasureSpec.getMode(widthMeasureSpec) != MeasureSpec.UNSPECIFIED
        val limit = if (isLimited) MeasureSpec.getSize(widthMeasureSpec) - paddingLeft - paddingRight else Int.MAX_VALUE
        val childWidth = MeasureSpec.makeMeasureSpec(if (isLimited) limit else 0, if (isLimited) MeasureSpec.AT_MOST else MeasureSpec.UNSPECIFIED)
        var start = 0
        var top = 0
        var rowHeight = 0
        var width = 0
        for (i in 0 until childCount) {
            val child = getChildAt(i)
            if (child.visibility == View.GONE) continue
            child.measure(childWidth, getChildMeasureSpec(MeasureSpec.makeMeasureSpec(0, MeasureSpec.UNSPECIFIED), 0, child.layoutParams.height))
            if (start > 0 && start + child.measuredWidth > limit) {
                top += rowHeight
                start = 0
                rowHeight = 0
            }
            val place = child.layoutParams as Place
            place.start = start
            place.top = top
            width = maxOf(width, start + child.measuredWidth)
            start += child.measuredWidth + gap
            rowHeight = maxOf(rowHeight, child.measuredHeight)
        }
        val height = top + rowHeight + paddingTop + paddingBottom
        setMeasuredDimension(resolveSize(width + paddingLeft + paddingRight, widthMeasureSpec), resolveSize(height, heightMeasureSpec))
    }

    override fun onLayout(changed: Boolean, left: Int, top: Int, right: Int, bottom: Int) {
        val isMirrored = layoutDirection == LAYOUT_DIRECTION_RTL
        for (i in 0 until childCount) {
            val child = getChildAt(i)
            if (child.visibility == View.GONE) continue
            val place = child.layoutParams as Place
            val x = if (isMirrored) width - paddingRight - place.start - child.measuredWidth else paddingLeft + place.start
            val y = paddingTop + place.top
            child.layout(x, y, x + child.measuredWidth, y + child.measuredHeight)
        }
    }
}
