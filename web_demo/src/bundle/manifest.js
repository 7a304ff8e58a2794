import { ModelError } from '../errors.js';

const FORMAT = 'lite-transformer-bundle';
const SCHEMA_VERSIONS = [1, 2];
const GROWTHS = ['rows', 'window', 'state'];
const TYPES = ['int32', 'float32'];
const IDS = ['bos', 'pad', 'eos', 'unk'];
const LARGEST_INT = 2 ** 31 - 1;
const LARGEST_TENSOR = 2 ** 29 - 1;
const VERSION = /^\d+\.\d+\.\d+$/;
const DIGEST = /^[0-9a-f]{64}$/;
const PLAIN_NAME = /^[A-Za-z0-9_-][A-Za-z0-9._-]{0,254}$/;
/** What a bundle without `caches` has. @type {CacheSpec[]} */
const FIRST_CACHES = [
  { input: 'attention_cache', output: 'new_attention', growth: 'rows' },
  { input: 'window', output: 'new_window', growth: 'window' },
];

/**
 * @typedef {{input: string, output: string, growth: 'rows' | 'window' | 'state'}} CacheSpec
 * @typedef {{name: string, shape: number[], dtype: 'float32' | 'int32'}} TensorSpec
 * @typedef {{inputs: TensorSpec[], outputs: TensorSpec[]}} SignatureSpec
 * @typedef {object} Manifest what a bundle says of itself; docs/bundle.md has the meaning of each field
 * @property {string} task
 * @property {string[]} languages
 * @property {string} variant
 * @property {{bos: number, pad: number, eos: number, unk: number}} special_ids
 * @property {{source: number, target: number}} vocabulary_sizes
 * @property {{source: string, target: string}} vocabulary_files
 * @property {number[]} buckets
 * @property {number} beam_size
 * @property {number} parameters
 * @property {Record<string, SignatureSpec>} signatures
 * @property {Record<string, {size: number, sha256: string}>} files
 * @property {Record<string, any>} settings
 * @property {CacheSpec[]} caches
 * @property {Record<string, any>} metrics
 */

/**
 * Reads a manifest; unknown fields are ignored.
 *
 * @param {Uint8Array | undefined} bytes
 * @returns {Manifest}
 * @throws {ModelError} a field is missing or invalid, or the version is unknown
 */
export function readManifest(bytes) {
  if (!bytes) throw new ModelError('A bundle must hold a manifest.json', 'none');
  let json;
  try {
    json = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch (error) {
    throw new ModelError('manifest.json must be JSON in UTF-8', error);
  }
  check(json);
  return { settings: {}, metrics: {}, ...json, caches: json.caches ?? FIRST_CACHES };
}

/** Raises unless a rule holds. @param {unknown} holds @param {string} rule @param {unknown} received */
function need(holds, rule, received) {
  if (!holds) throw new ModelError(`manifest.json: ${rule}`, String(JSON.stringify(received)).slice(0, 200));
}

const isObject = (/** @type {unknown} */ value) =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const isText = (/** @type {unknown} */ value) => typeof value === 'string';
const isWord = (/** @type {unknown} */ value) => isText(value) && value !== '';
const isCount = (/** @type {any} */ value) => Number.isInteger(value) && value >= 0 && value <= LARGEST_INT;
const isPositive = (/** @type {any} */ value) => isCount(value) && value > 0;
const isLong = (/** @type {any} */ value) => Number.isSafeInteger(value) && value >= 0;
const differ = (/** @type {unknown[]} */ values) => new Set(values).size === values.length;

/** @param {any} json */
function check(json) {
  need(json?.format === FORMAT, `format must be ${FORMAT}`, json?.format);
  const rule = `schema_version must be one of ${SCHEMA_VERSIONS}; a newer page may read others`;
  need(SCHEMA_VERSIONS.includes(json.schema_version), rule, json.schema_version);
  for (const name of ['task', 'variant']) need(isWord(json[name]), `${name} must be a name`, json[name]);
  need(
    Array.isArray(json.languages) && json.languages.every(isWord),
    'languages must be a list of names',
    json.languages,
  );
  for (const name of ['config', 'settings', 'verification', 'metrics', 'signatures', 'files'])
    need(isObject(json[name]), `${name} must be a table`, json[name]);
  for (const name of ['weights', 'activations'])
    need(isText(json.quantization?.[name]), `quantization must have ${name}`, json.quantization);
  need(isText(json.minimum_runtime), 'minimum_runtime must be a version', json.minimum_runtime);
  need(VERSION.test(json.minimum_runtime), 'minimum_runtime must be a version', json.minimum_runtime);
  for (const name of ['licence', 'attribution'])
    need(json[name] === undefined || isText(json[name]), `${name} must be text`, json[name]);
  checkNumbers(json);
  checkFiles(json);
  checkSettings(json);
  for (const [name, signature] of Object.entries(json.signatures)) checkSignature(name, signature);
  checkCaches(json.caches ?? []);
}

/** @param {any} json */
function checkNumbers(json) {
  const { buckets, special_ids: ids, vocabulary_sizes: sizes } = json;
  for (const side of ['source', 'target']) need(isPositive(sizes?.[side]), `vocabulary_sizes must have ${side}`, sizes);
  for (const id of IDS) need(isCount(ids?.[id]), `special_ids must have ${id}`, ids);
  const numbers = IDS.map((id) => ids[id]);
  need(
    differ(numbers) && Math.max(...numbers) < Math.min(sizes.source, sizes.target),
    'special_ids must differ and lie below the vocabulary_sizes',
    ids,
  );
  const ascending =
    Array.isArray(buckets) &&
    buckets.length > 0 &&
    buckets.every((bucket, place) => isPositive(bucket) && (place === 0 || bucket > buckets[place - 1]));
  need(ascending, 'buckets must be ascending', buckets);
  for (const name of ['beam_size', 'embed_dim']) need(isPositive(json[name]), `${name} must be positive`, json[name]);
  need(isLong(json.parameters), 'parameters must be a whole number', json.parameters);
  for (const name of ['max_source_tokens', 'max_target_tokens'])
    need(
      isCount(json[name]) && json[name] <= buckets[buckets.length - 1],
      `${name} must be at most the largest bucket`,
      json[name],
    );
  const stated = {
    embed_dim: json.embed_dim,
    source_vocabulary_size: sizes.source,
    target_vocabulary_size: sizes.target,
    vocabulary_size: sizes.source,
    ...Object.fromEntries(IDS.map((id) => [`${id}_id`, ids[id]])),
  };
  for (const [name, number] of Object.entries(stated)) {
    const found = Object.hasOwn(json.config, name) ? json.config[name] : number;
    need(found === number, `config.${name} must be ${number}, as the other fields say`, found);
  }
}

/** @param {any} json */
function checkFiles(json) {
  for (const [name, file] of Object.entries(json.files)) {
    need(PLAIN_NAME.test(name) && name !== 'manifest.json', 'files must have plain names', name);
    need(isLong(file?.size) && isText(file.sha256), `files.${name} must have a size and a SHA-256`, file);
    need(DIGEST.test(file.sha256), `files.${name}.sha256 must be 64 hexadecimal digits`, file.sha256);
  }
  for (const side of ['source', 'target'])
    need(isText(json.vocabulary_files?.[side]), `vocabulary_files must have ${side}`, json.vocabulary_files);
  for (const name of ['model.tflite', json.vocabulary_files.source, json.vocabulary_files.target])
    need(Object.hasOwn(json.files, name), 'files must have the model and the vocabularies', name);
}

/** @param {any} json */
function checkSettings(json) {
  const { max_source_tokens: limit, decoding, confidence } = json.settings;
  need(limit == null || isPositive(limit), 'settings.max_source_tokens must be positive', limit);
  need(decoding == null || isObject(decoding), 'settings.decoding must be a table', decoding);
  const numbers = isObject(confidence) ? [confidence.bias, confidence.slope, confidence.doubt] : [];
  const calibrated = numbers.length === 3 && numbers.every(Number.isFinite) && numbers[1] >= 0 && numbers[2] >= 0;
  need(confidence == null || calibrated, 'settings.confidence must have bias, slope and doubt', confidence);
  const { scores } = json.metrics;
  need(scores === undefined || isObject(scores), 'metrics.scores must be a table', scores);
  for (const [name, entry] of Object.entries(scores ?? {}))
    need(Number.isFinite(entry?.score ?? entry), `metrics.scores.${name} must be a number, or have one`, entry);
}

/** @param {string} name @param {any} signature */
function checkSignature(name, signature) {
  for (const side of ['inputs', 'outputs']) {
    const tensors = signature?.[side];
    const place = `signatures.${name}.${side}`;
    need(Array.isArray(tensors), `${place} must be a list`, tensors);
    for (const tensor of tensors) {
      need(isWord(tensor?.name) && isText(tensor.meaning), `${place} must have names and meanings`, tensor);
      need(TYPES.includes(tensor.dtype), `${place}.dtype must be one of ${TYPES}`, tensor.dtype);
      need(Array.isArray(tensor.shape) && tensor.shape.every(isCount), `${place}.shape must be whole numbers`, tensor);
      const elements = tensor.shape.reduce((/** @type {number} */ a, /** @type {number} */ b) => a * b, 1);
      need(elements <= LARGEST_TENSOR, `${place}.shape must have at most ${LARGEST_TENSOR} elements`, tensor.shape);
    }
    need(differ(tensors.map((/** @type {any} */ tensor) => tensor.name)), `${place} must name a tensor once`, tensors);
  }
}

/** @param {any} caches */
function checkCaches(caches) {
  need(Array.isArray(caches), 'caches must be a list', caches);
  for (const cache of caches) {
    need(GROWTHS.includes(cache?.growth), `a cache must grow by one of ${GROWTHS}`, cache);
    need(isWord(cache.input) && isWord(cache.output), 'a cache must have an input and an output', cache);
  }
  for (const side of ['input', 'output'])
    need(differ(caches.map((/** @type {any} */ cache) => cache[side])), `caches must name each ${side} once`, caches);
}
