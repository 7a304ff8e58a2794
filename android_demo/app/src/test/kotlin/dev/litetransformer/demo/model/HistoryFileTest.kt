package dev.litetransformer.demo.model

import java.io.File
import org.junit.Assert.assertEquals
import org.junit.Assert.assertTrue
import org.junit.Rule
import org.junit.Test
import org.junit.rules.TemporaryFolder

class HistoryFileTest {
    @get:Rule
    val folder = TemporaryFolder()

    @Test
    fun givesBackWhatItGot() {
        val file = File(folder.root, "deep/history.json")
        assertEquals(emptyList<HistoryEntry>(), HistoryFile(file).load())
        val entries = listOf(
            HistoryEntry("\"Quotes\" \\ and\nlines\u0001", "« Où ? » \uD83D\uDC15 \uD83D", listOf("en", "fr"), isFavourite = true),
            HistoryEntry("", "", emptyList()),
        )
        HistoryFile(file).save(entries)
        assertEquals(entries, HistoryFile(file).load())
        assertEquals("nothing half-written is left", listOf("history.json"), file.parentFile?.list()?.toList())
    }

    @Test
    fun setsAsideWhatIsNoHistory() {
        val file = File(folder.root, "history.json")
        file.writeText("{\"entries\": 3}")
        assertEquals(emptyList<HistoryEntry>(), HistoryFile(file).load())
        assertTrue(File(folder.root, "history.json.unreadable").isFile)
    }
}
