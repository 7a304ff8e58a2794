import { ModelError, TextTooLongError } from '../errors.js';
import { openCaches } from './caches.js';

/**
 * Runs signatures: `run(signature, inputs)` gives the outputs by name. `keep` makes an input that several runs read;
 * the caller drops it.
 *
 * @typedef {object} TensorModel
 * @property {(signature: string, inputs: Record<string, Tensor>) => Promise<Record<string, any>>} run
 * @property {(data: Float32Array | Int32Array, shape: number[]) => any} keep
 * @property {(kept: any) => void} drop
 * @property {() => void} close
 * @typedef {{data: Float32Array | Int32Array, shape: number[]} | {kept: any}} Tensor
 */

/** The signatures of one file, `kind_b` for each bucket b. */
export class BucketedModel {
  /** @param {TensorModel} model @param {import('../bundle/manifest.js').Manifest} manifest */
  constructor(model, manifest) {
    this.model = model;
    this.manifest = manifest;
    this.buckets = manifest.buckets;
  }

  get largest() {
    return this.buckets[this.buckets.length - 1];
  }

  /** @param {string} kind @param {number} bucket */
  signature(kind, bucket) {
    const found = this.manifest.signatures[`${kind}_${bucket}`];
    if (!found)
      throw new ModelError('A bundle must have the signatures of its buckets', `none named ${kind}_${bucket}`);
    return found;
  }

  /**
   * @param {string} kind
   * @param {number} bucket
   * @param {Record<string, Float32Array | Int32Array | {kept: any}>} values by the name of the input
   */
  async run(kind, bucket, values) {
    /** @type {Record<string, Tensor>} */
    const inputs = {};
    for (const { name, shape } of this.signature(kind, bucket).inputs) {
      const value = values[name];
      if (value === undefined)
        throw new ModelError(`The signature ${kind}_${bucket} needs the input ${name}`, Object.keys(values));
      inputs[name] = 'kept' in value ? value : { data: value, shape };
    }
    return this.model.run(`${kind}_${bucket}`, inputs);
  }

  /** @param {string} kind @param {number} bucket @param {string} name */
  inputShape(kind, bucket, name) {
    const found = this.signature(kind, bucket).inputs.find((tensor) => tensor.name === name);
    if (!found) throw new ModelError(`The signature ${kind}_${bucket} must have the input ${name}`, 'none');
    return found.shape;
  }
}

/** Hypotheses of one text that are read token by token; they move to the next bucket when they outgrow theirs. */
export class Steps {
  /**
   * @param {BucketedModel} file
   * @param {{kind: string, bucket: number, rows: number, chunk: number, batched: boolean}} layout `chunk`: rows of one
   * run
   */
  constructor(file, layout) {
    this.file = file;
    this.layout = layout;
    this.position = 0;
    /** @type {Float32Array | null} */
    this.memory = null;
    this.sourceLength = 0;
    /** @type {any} */
    this.keptMemory = null;
    this.bucket = layout.bucket;
    this.caches = this.open();
  }

  open() {
    const { kind, rows, batched } = this.layout;
    return openCaches(this.file.manifest.caches, this.file.signature(kind, this.bucket), {
      rows,
      batched,
      length: this.bucket,
    });
  }

  /** The source of a decoder with cross-attention. @param {Float32Array} memory @param {number} sourceLength */
  setMemory(memory, sourceLength) {
    this.memory = memory;
    this.sourceLength = sourceLength;
  }

  /**
   * A text that was read up to a position.
   *
   * @param {Record<string, Float32Array>} outputs of the prefill
   * @param {number} length
   */
  begin(outputs, length) {
    this.position = length;
    for (const cache of this.caches) cache.begin(outputs[cache.spec.input], length);
  }

  /**
   * Feeds one token per row.
   *
   * @param {number[]} tokens of the first rows
   * @returns {Promise<Record<string, any>[]>} the outputs of each run, for `chunk` rows
   */
  async step(tokens) {
    this.makeRoom();
    const { chunk, kind } = this.layout;
    const results = [];
    for (let first = 0; first < tokens.length; first += chunk) {
      const token = Int32Array.from({ length: chunk }, (_, row) => tokens[first + row] ?? 0);
      /** @type {Record<string, any>} */
      const values = { token, position: Int32Array.of(this.position), source_length: Int32Array.of(this.sourceLength) };
      if (this.memory) values.memory = { kept: this.keepMemory(this.memory) };
      for (const cache of this.caches) values[cache.spec.input] = cache.read(this.position, first, chunk);
      const outputs = await this.file.run(kind, this.bucket, values);
      for (const cache of this.caches) cache.write(this.position, first, chunk, outputs[cache.spec.output]);
      results.push(outputs);
    }
    this.position += 1;
    return results;
  }

  /** Row i becomes a copy of row parents[i]. @param {number[]} parents */
  reorder(parents) {
    if (parents.some((parent, row) => parent !== row)) for (const cache of this.caches) cache.reorder(parents);
  }

  /** Frees what the model keeps. */
  close() {
    if (this.keptMemory) this.file.model.drop(this.keptMemory);
    this.keptMemory = null;
  }

  /** @param {Float32Array} memory */
  keepMemory(memory) {
    this.keptMemory ??= this.file.model.keep(memory, this.file.inputShape(this.layout.kind, this.bucket, 'memory'));
    return this.keptMemory;
  }

  makeRoom() {
    if (this.position < this.bucket - 1) return;
    const larger = this.file.buckets.find((bucket) => bucket > this.bucket);
    if (larger === undefined) {
      if (this.position >= this.bucket)
        throw new ModelError(
          `The text is full: the largest bucket has ${this.bucket} positions`,
          `a step at position ${this.position}`,
        );
      return;
    }
    const before = this.caches;
    if (this.memory) this.memory = this.grown(this.memory, larger);
    this.close();
    this.bucket = larger;
    this.caches = this.open();
    this.caches.forEach((cache, i) => cache.moveFrom(before[i], this.position));
  }

  /**
   * The memory in a larger bucket; what lies behind the source is masked.
   *
   * @param {Float32Array} memory
   * @param {number} bucket
   */
  grown(memory, bucket) {
    const [strips, before, width] = this.file.inputShape(this.layout.kind, this.bucket, 'memory');
    const result = new Float32Array(strips * bucket * width);
    for (let strip = 0; strip < strips; strip++) {
      result.set(memory.subarray(strip * before * width, (strip + 1) * before * width), strip * bucket * width);
    }
    return result;
  }
}

/** The signatures of an encoder-decoder's file. */
export class EncoderDecoder extends BucketedModel {
  /** Greatest number of target tokens before `eos`. */
  get capacity() {
    return this.largest - 1;
  }

  /**
   * Encodes a source and starts its hypotheses.
   *
   * @param {number[]} ids the final `eos` included
   * @param {number} rows 1 for greedy search
   * @returns {Promise<Steps>}
   * @throws {TextTooLongError}
   */
  async start(ids, rows) {
    const bucket = this.buckets.find((length) => ids.length <= length);
    if (bucket === undefined) throw new TextTooLongError(ids.length, this.largest);
    const source = Int32Array.from({ length: bucket }, (_, place) => ids[place] ?? this.manifest.special_ids.pad);
    const { memory } = await this.run('encode', bucket, {
      source_ids: source,
      source_length: Int32Array.of(ids.length),
    });
    const beam = this.manifest.beam_size;
    const layout =
      rows === 1
        ? { kind: 'decode_step', bucket, rows: 1, chunk: 1, batched: false }
        : { kind: 'beam_step', bucket, rows: beam * Math.ceil(rows / beam), chunk: beam, batched: true };
    const steps = new Steps(this, layout);
    steps.setMemory(memory, ids.length);
    return steps;
  }
}

/** The signatures of a language model's file. */
export class LanguageModelFile extends BucketedModel {
  /**
   * Reads the beginning of a text.
   *
   * @param {number[]} ids with the leading `eos`
   * @returns {Promise<{steps: Steps, logProbabilities: Float32Array}>}
   */
  async prefill(ids) {
    const bucket = this.buckets.find((length) => ids.length < length) ?? this.largest;
    if (ids.length > bucket) throw new TextTooLongError(ids.length - 1, bucket - 1);
    const padded = Int32Array.from({ length: bucket }, (_, place) => ids[place] ?? ids[0]);
    const outputs = await this.run('prefill', bucket, { ids: padded, length: Int32Array.of(ids.length) });
    const steps = new Steps(this, { kind: 'decode_step', bucket, rows: 1, chunk: 1, batched: false });
    steps.begin(outputs, ids.length);
    return { steps, logProbabilities: outputs.log_probabilities };
  }
}
