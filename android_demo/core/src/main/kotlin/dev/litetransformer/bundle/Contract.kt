package dev.litetransformer.bundle

/**
 * Whether the signatures of a bundle are those that its other fields promise: buckets, beam size, vocabulary sizes, caches. Python's
 * `bundle/contract.py` is the same; docs/bundle.md has the tensors.
 */
internal class Contract(private val manifest: Manifest) {
    /** Sizes that must be the same wherever they occur, by name. */
    private val sizes = HashMap<String, Int>()
    private val completes = manifest.task == Task.LANGUAGE_MODEL

    /** @throws BundleException.DamagedManifest a signature or a tensor is missing, or a tensor has another type or shape than it must have. */
    fun check() {
        val kind = if (completes) "prefill_" else "encode_"
        val names = manifest.signatures.keys
        if (names.none { it.startsWith(kind) }) fail("signatures of the task '${manifest.task.text}' must have '$kind'", names)
        for (bucket in manifest.buckets) if (completes) checkLanguageModel(bucket) else checkEncoderDecoder(bucket)
        val vocabulary = manifest.vocabularySizes.target
        val logits = sizes["logits"] ?: vocabulary
        if (logits != vocabulary && logits != paddedRows(vocabulary)) {
            fail("the logits of a target vocabulary of $vocabulary tokens must be $vocabulary or ${paddedRows(vocabulary)} wide", "$logits, another model's")
        }
    }

    private fun checkEncoderDecoder(bucket: Int) {
        val memory = floats("memory", "strips of memory", bucket, "width of memory")
        val length = ints("source_length", 1)
        checkSignature("encode_$bucket", null, bucket, listOf(ints("source_ids", bucket), length), listOf(memory))
        val constant = listOf(ints("position", 1), length, memory)
        val best = listOf(ints("next_token", 1), floats("log_probability", 1), floats("logits", 1, "logits"))
        checkSignature("decode_step_$bucket", null, bucket, constant + ints("token", 1), best)
        val beam = manifest.beamSize
        if (beam == 1) return
        val candidates = minOf(2L * beam + 2, manifest.vocabularySizes.target.toLong()).toInt()
        val listed = listOf(ints("top_tokens", beam, candidates), floats("top_log_probabilities", beam, candidates), floats("logits", beam, "logits"))
        checkSignature("beam_step_$bucket", beam, bucket, constant + ints("token", beam), listed)
    }

    private fun checkLanguageModel(bucket: Int) {
        val next = listOf(floats("log_probabilities", 1, manifest.vocabularySizes.target))
        checkSignature("prefill_$bucket", null, bucket, listOf(ints("ids", bucket), ints("length", 1)), next)
        checkSignature("decode_step_$bucket", null, bucket, listOf(ints("token", 1), ints("position", 1)), next)
    }

    private fun checkSignature(name: String, rows: Int?, bucket: Int, inputs: List<Wanted>, outputs: List<Wanted>) {
        val signature = manifest.signatures[name] ?: fail("signatures must have '$name'", manifest.signatures.keys)
        val used = manifest.caches.filter { signature.input(it.input) != null || signature.output(it.input) != null || signature.output(it.output) != null }
        val reads = used.map { kept(it, rows, bucket) }
        val prefills = name.startsWith("prefill")
        val fed = if (prefills) inputs else inputs + reads
        match("$name.inputs", signature.inputs, fed)
        val unknown = signature.inputs.map { it.name } - fed.map { it.name }.toSet()
        if (unknown.isNotEmpty()) fail("signatures.$name.inputs must be those that a reader of this version feeds", unknown)
        match("$name.outputs", signature.outputs, outputs + if (prefills) reads else used.map { added(it, rows) })
    }

    private fun kept(cache: CacheSpec, rows: Int?, bucket: Int): Wanted {
        val (strips, past, width) = namesOf(cache)
        return when (cache.growth) {
            Growth.ROWS -> floats(cache.input, *batch(rows), strips, bucket - 1, width)
            Growth.WINDOW -> floats(cache.input, *batch(rows), past, width)
            Growth.STATE -> floats(cache.input, *batch(rows), 1, width)
        }
    }

    private fun added(cache: CacheSpec, rows: Int?): Wanted {
        val (strips, _, width) = namesOf(cache)
        return if (cache.growth == Growth.ROWS) floats(cache.output, *batch(rows), strips, 1, width) else floats(cache.output, *batch(rows), 1, width)
    }

    private fun namesOf(cache: CacheSpec) = listOf("strips", "rows", "width").map { "$it of ${cache.input}" }

    private fun batch(rows: Int?): Array<Any> = if (rows == null) emptyArray() else arrayOf(rows)

    private fun match(place: String, found: List<TensorSpec>, wanted: List<Wanted>) {
        for ((name, type, shape) in wanted) {
            val tensor = found.firstOrNull { it.name == name } ?: fail("signatures.$place must have '$name'", found.map { it.name })
            val fits = tensor.dtype == type && tensor.shape.size == shape.size && tensor.shape.zip(shape).all { (size, rule) -> size == sizeOf(rule, size) }
            if (fits) continue
            val known = shape.map { rule -> (rule as? String)?.let(sizes::get) ?: rule }
            fail("signatures.$place.$name must be ${type.text} $known", "${tensor.dtype.text} ${tensor.shape}")
        }
    }

    /** What a size must be: a number, or what the first tensor had where this name occurs. */
    private fun sizeOf(rule: Any, found: Int): Int = rule as? Int ?: sizes.getOrPut(rule as String) { found }

    /** A tensor as it must be. A size is a number or a name. */
    private data class Wanted(val name: String, val type: DataType, val shape: List<Any>)

    private fun ints(name: String, vararg shape: Any) = Wanted(name, DataType.INT32, shape.toList())

    private fun floats(name: String, vararg shape: Any) = Wanted(name, DataType.FLOAT32, shape.toList())

    private fun fail(rule: String, received: Any): Nothing =
        throw BundleException.DamagedManifest("${Manifest.FILE_NAME}: $rule. Received: $received; the bundle is damaged, copy or export it again")

    companion object {
        /** Rows of an output table for a vocabulary of that size: as few as make groups of about its square root. */
        fun paddedRows(size: Int): Int {
            var root = Math.sqrt(size.toDouble()).toInt()
            while (root.toLong() * root > size) root--
            while ((root + 1L) * (root + 1L) <= size) root++
            return (maxOf(1, root / 2)..maxOf(2, 2 * root)).minOf { group -> (size + group - 1L) / group * group }.toInt()
        }
    }
}
