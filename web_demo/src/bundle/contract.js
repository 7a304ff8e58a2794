import { ModelError } from '../errors.js';

/**
 * Whether the signatures of a bundle are those that its other fields promise: buckets, beam size, vocabulary sizes and
 * caches. Python's `bundle/contract.py` is the same; docs/bundle.md has the tensors.
 *
 * @param {import('./manifest.js').Manifest} manifest
 * @throws {ModelError} a signature or a tensor is missing, or a tensor has another type or shape than it must have
 */
export function checkContract(manifest) {
  const kind = manifest.task === 'language-model' ? 'prefill_' : 'encode_';
  const names = Object.keys(manifest.signatures);
  if (!names.some((name) => name.startsWith(kind))) fail(`signatures of a ${manifest.task} must have ${kind}`, names);
  /** @type {Map<string, number>} */
  const sizes = new Map();
  for (const bucket of manifest.buckets)
    for (const wanted of kind === 'prefill_' ? languageModel(manifest, bucket) : encoderDecoder(manifest, bucket))
      checkSignature(manifest, bucket, wanted, sizes);
  const vocabulary = manifest.vocabulary_sizes.target;
  const logits = sizes.get('logits') ?? vocabulary;
  if (logits !== vocabulary && logits !== paddedRows(vocabulary))
    fail(`the logits of ${vocabulary} tokens must be ${vocabulary} or ${paddedRows(vocabulary)} wide`, logits);
}

/** Rows of an output table: as few as make groups of about the vocabulary's square root. @param {number} size */
export function paddedRows(size) {
  const root = Math.floor(Math.sqrt(size));
  let rows = Infinity;
  for (let group = Math.max(1, Math.floor(root / 2)); group <= Math.max(2, 2 * root); group++)
    rows = Math.min(rows, Math.ceil(size / group) * group);
  return rows;
}

/**
 * A tensor as it must be. A size is a number, or a name of sizes that must all be the same.
 *
 * @typedef {{name: string, dtype: string, shape: (number | string)[]}} Wanted
 * @typedef {{name: string, rows: number | null, inputs: Wanted[], outputs: Wanted[]}} WantedSignature
 */

/** @param {string} name @param {(number | string)[]} shape @returns {Wanted} */
const ints = (name, ...shape) => ({ name, dtype: 'int32', shape });
/** @param {string} name @param {(number | string)[]} shape @returns {Wanted} */
const floats = (name, ...shape) => ({ name, dtype: 'float32', shape });

/** @param {import('./manifest.js').Manifest} manifest @param {number} bucket @returns {WantedSignature[]} */
function encoderDecoder(manifest, bucket) {
  const beam = manifest.beam_size;
  const memory = floats('memory', 'strips of memory', bucket, 'width of memory');
  const length = ints('source_length', 1);
  const constant = [ints('position', 1), length, memory];
  const best = [ints('next_token', 1), floats('log_probability', 1), floats('logits', 1, 'logits')];
  const signatures = [
    { name: `encode_${bucket}`, rows: null, inputs: [ints('source_ids', bucket), length], outputs: [memory] },
    { name: `decode_step_${bucket}`, rows: null, inputs: [...constant, ints('token', 1)], outputs: best },
  ];
  if (beam === 1) return signatures;
  const candidates = Math.min(2 * beam + 2, manifest.vocabulary_sizes.target);
  const outputs = [
    ints('top_tokens', beam, candidates),
    floats('top_log_probabilities', beam, candidates),
    floats('logits', beam, 'logits'),
  ];
  return [
    ...signatures,
    { name: `beam_step_${bucket}`, rows: beam, inputs: [...constant, ints('token', beam)], outputs },
  ];
}

/** @param {import('./manifest.js').Manifest} manifest @param {number} bucket @returns {WantedSignature[]} */
function languageModel(manifest, bucket) {
  const outputs = [floats('log_probabilities', 1, manifest.vocabulary_sizes.target)];
  return [
    { name: `prefill_${bucket}`, rows: null, inputs: [ints('ids', bucket), ints('length', 1)], outputs },
    { name: `decode_step_${bucket}`, rows: null, inputs: [ints('token', 1), ints('position', 1)], outputs },
  ];
}

/**
 * @param {import('./manifest.js').Manifest} manifest
 * @param {number} bucket
 * @param {WantedSignature} wanted
 * @param {Map<string, number>} sizes
 */
function checkSignature(manifest, bucket, wanted, sizes) {
  const { name, rows } = wanted;
  const signature = manifest.signatures[name];
  if (!signature) fail(`signatures must have ${name}`, Object.keys(manifest.signatures));
  const inputs = signature.inputs.map((tensor) => tensor.name);
  const outputs = signature.outputs.map((tensor) => tensor.name);
  const used = manifest.caches.filter(
    ({ input, output }) => inputs.includes(input) || outputs.includes(input) || outputs.includes(output),
  );
  const reads = used.map((cache) => kept(cache, rows, bucket));
  const prefills = name.startsWith('prefill');
  const fed = prefills ? wanted.inputs : [...wanted.inputs, ...reads];
  match(`${name}.inputs`, signature.inputs, fed, sizes);
  const unknown = inputs.filter((input) => !fed.some((tensor) => tensor.name === input));
  if (unknown.length > 0) fail(`signatures.${name}.inputs must be those that this page feeds`, unknown);
  const added = prefills ? reads : used.map((cache) => addition(cache, rows));
  match(`${name}.outputs`, signature.outputs, [...wanted.outputs, ...added], sizes);
}

/**
 * What a step reads of a cache.
 *
 * @param {import('./manifest.js').CacheSpec} cache
 * @param {number | null} rows
 * @param {number} bucket
 */
function kept({ input, growth }, rows, bucket) {
  const batch = rows === null ? [] : [rows];
  const width = `width of ${input}`;
  if (growth === 'rows') return floats(input, ...batch, `strips of ${input}`, bucket - 1, width);
  return floats(input, ...batch, growth === 'state' ? 1 : `rows of ${input}`, width);
}

/** What a step adds to a cache. @param {import('./manifest.js').CacheSpec} cache @param {number | null} rows */
function addition({ input, output, growth }, rows) {
  const batch = rows === null ? [] : [rows];
  const width = `width of ${input}`;
  return growth === 'rows'
    ? floats(output, ...batch, `strips of ${input}`, 1, width)
    : floats(output, ...batch, 1, width);
}

/**
 * @param {string} place
 * @param {import('./manifest.js').TensorSpec[]} found
 * @param {Wanted[]} wanted
 * @param {Map<string, number>} sizes
 */
function match(place, found, wanted, sizes) {
  for (const { name, dtype, shape } of wanted) {
    const tensor = found.find((entry) => entry.name === name);
    if (!tensor) throw broken(`signatures.${place} must have ${name}`, JSON.stringify(found.map((entry) => entry.name)));
    const fits =
      tensor.dtype === dtype &&
      tensor.shape.length === shape.length &&
      shape.every((rule, axis) => {
        if (typeof rule === 'string' && !sizes.has(rule)) sizes.set(rule, tensor.shape[axis]);
        return tensor.shape[axis] === (typeof rule === 'string' ? sizes.get(rule) : rule);
      });
    if (fits) continue;
    const known = shape.map((rule) => (typeof rule === 'string' ? (sizes.get(rule) ?? rule) : rule));
    fail(`signatures.${place}.${name} must be ${dtype} [${known}]`, `${tensor.dtype} [${tensor.shape}]`);
  }
}

/** @param {string} rule @param {unknown} received */
const broken = (rule, received) => new ModelError(`manifest.json: ${rule}`, received);

/** @param {string} rule @param {unknown} received @returns {never} */
function fail(rule, received) {
  throw broken(rule, received);
}
