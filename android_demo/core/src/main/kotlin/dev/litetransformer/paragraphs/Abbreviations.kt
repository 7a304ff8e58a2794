package dev.litetransformer.paragraphs

/**
 * Words behind which a full stop ends no sentence, in small letters, without their last full stop.
 *
 * @param language two letters; others than those below have the words that all have.
 */
internal class Abbreviations(language: String) {
    private val words = COMMON + BY_LANGUAGE[language].orEmpty()
    private val numbered = NUMBERED + MONTHS[language].orEmpty()

    /** Whether the language writes ordinal numbers with a full stop. */
    val hasOrdinals: Boolean = language in ORDINALS

    /** Whether [word] is one; some are only before a number. */
    fun has(word: String, beforeNumber: Boolean): Boolean = word in words || (beforeNumber && word in numbered)

    private companion object {
        val COMMON = words("cf vs dr prof st")
        val NUMBERED = words("no nr fig abb vol p pp pag pág ca approx art ch chap sec tel tél §")
        val MONTHS = mapOf(
            "en" to words("jan feb mar apr jun jul aug sep sept oct nov dec"),
            "de" to words("jan feb apr aug sept okt nov dez"),
            "fr" to words("janv févr avr juil sept oct nov déc"),
        )
        val BY_LANGUAGE = mapOf(
            "en" to words("mr mrs ms messrs mx jr sr rev hon gen col lt sgt capt gov sen rep e.g i.e u.s u.k inc ltd co corp"),
            "fr" to words("mm mme mmes mlle mlles mgr p.ex c.-à-d av bd"),
            "de" to words("z.b d.h u.a u.ä o.ä bzw evtl ggf hr fr str s.o s.u v.a mio mrd"),
            "es" to words("sr sra srta d dña ud uds p.ej av ee.uu"),
            "it" to words("sig sig.ra dott dott.ssa ing avv p.es"),
            "pt" to words("sr sra dra exmo p.ex av"),
            "nl" to words("dhr mevr mw drs ir bijv d.w.z"),
        )
        val ORDINALS = words("bs cs da de et fi fo hr hu is lb lv nb nn no pl sk sl sr tr")

        fun words(list: String): Set<String> = list.split(' ').toSet()
    }
}
