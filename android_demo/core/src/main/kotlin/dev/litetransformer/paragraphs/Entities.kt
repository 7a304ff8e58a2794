package dev.litetransformer.paragraphs

/** HTML entities: the characters that they stand for, and back. */
internal object Entities {
    /** Names of U+00A0 to U+00FF, in order. */
    private const val LATIN_1 = "nbsp iexcl cent pound curren yen brvbar sect uml copy ordf laquo not shy reg macr deg plusmn sup2 sup3 acute " +
        "micro para middot cedil sup1 ordm raquo frac14 frac12 frac34 iquest Agrave Aacute Acirc Atilde Auml Aring AElig " +
        "Ccedil Egrave Eacute Ecirc Euml Igrave Iacute Icirc Iuml ETH Ntilde Ograve Oacute Ocirc Otilde Ouml times Oslash " +
        "Ugrave Uacute Ucirc Uuml Yacute THORN szlig agrave aacute acirc atilde auml aring aelig ccedil egrave eacute " +
        "ecirc euml igrave iacute icirc iuml eth ntilde ograve oacute ocirc otilde ouml divide oslash ugrave uacute ucirc " +
        "uuml yacute thorn yuml"

    /** Names, each with its character. */
    private const val OTHERS = "amp & lt < gt > quot \" apos ' ndash – mdash — lsquo ‘ rsquo ’ sbquo ‚ ldquo “ rdquo ” bdquo „ lsaquo ‹ rsaquo › " +
        "hellip … bull • euro € trade ™ oelig œ OElig Œ"

    private val NAMES: Map<String, Int> =
        LATIN_1.split(' ').withIndex().associate { (place, name) -> name to 0xA0 + place } +
            OTHERS.split(' ').chunked(2).associate { (name, character) -> name to character[0].code }

    /** The character of an entity such as `&amp;`, `&#39;` or `&#x2014;`; null for an unknown one. */
    fun character(entity: String): Int? {
        val name = entity.substring(1, entity.length - 1)
        if (name[0] != '#') return NAMES[name]
        val code = if (name[1] == 'x' || name[1] == 'X') name.substring(2).toInt(16) else name.substring(1).toInt()
        return code.takeIf { it in 1..0xD7FF || it in 0xE000..0x10FFFF }
    }

    /** A translated text for a document with entities. */
    fun escape(text: String): String = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("\u00A0", "&nbsp;")
}
