import { ModelError } from '../errors.js';
import { Completer } from '../decoding/completer.js';
import { Generator } from '../decoding/generator.js';
import { Translator } from '../decoding/translator.js';
import { DictionaryVocabulary } from '../text/dictionary_vocabulary.js';
import { Vocabulary } from '../text/vocabulary.js';
import { checkContract } from './contract.js';
import { unpack } from './download.js';
import { readManifest } from './manifest.js';

/** Bytes that a vocabulary may have, as in Python. */
const MOST_BYTES = 2 ** 26;

/** The files of a bundle: manifest, vocabularies, model. */
export class Bundle {
  /**
   * Reads a download.
   *
   * @param {Uint8Array} data a whole .ltpk file
   * @param {import('../text/normalization_table.js').NormalizationTable} table
   * @throws {ModelError} it is damaged, incomplete or of another version
   */
  static async read(data, table) {
    const files = await unpack(data);
    const manifest = readManifest(files.get('manifest.json'));
    checkContract(manifest);
    for (const [name, { size }] of Object.entries(manifest.files)) {
      if (files.get(name)?.length !== size)
        throw new ModelError(`A bundle must hold ${name} with ${size} bytes`, files.get(name)?.length ?? 'none');
    }
    return new Bundle(manifest, files, table);
  }

  /**
   * @param {import('./manifest.js').Manifest} manifest
   * @param {Map<string, Uint8Array>} files
   * @param {import('../text/normalization_table.js').NormalizationTable} table
   */
  constructor(manifest, files, table) {
    this.manifest = manifest;
    this.files = files;
    this.source = this.vocabulary('source', table);
    this.target =
      manifest.vocabulary_files.target === manifest.vocabulary_files.source
        ? this.source
        : this.vocabulary('target', table);
  }

  /** Bytes of the TFLite file. */
  get model() {
    return /** @type {Uint8Array} */ (this.files.get('model.tflite'));
  }

  /** The model card. */
  get card() {
    return new TextDecoder().decode(this.files.get('README.md') ?? new Uint8Array());
  }

  /**
   * What answers with the model.
   *
   * @param {import('../decoding/runner.js').TensorModel} model the opened TFLite file
   * @returns {Translator | Generator | Completer} by the task; a model of tokenised texts reads each as one sequence
   */
  answerer(model) {
    if (this.manifest.task === 'language-model') return new Completer(model, this.manifest, this.source);
    const generator = new Generator(model, this.manifest, { source: this.source, target: this.target });
    const splits = this.manifest.task === 'translation' && this.manifest.settings.split_texts !== false;
    return splits ? new Translator(generator) : generator;
  }

  /**
   * @param {'source' | 'target'} side
   * @param {import('../text/normalization_table.js').NormalizationTable} table
   * @returns {import('../text/vocabulary.js').AnyVocabulary}
   */
  vocabulary(side, table) {
    const name = this.manifest.vocabulary_files[side];
    const bytes = this.files.get(name);
    if (!bytes || !/\.(model|json)$/.test(name))
      throw new ModelError('This page reads SentencePiece vocabularies and dictionaries, .model and .json files', name);
    if (bytes.length > MOST_BYTES)
      throw new ModelError(`A vocabulary must have at most ${MOST_BYTES} bytes`, bytes.length);
    const vocabulary = name.endsWith('.json') ? new DictionaryVocabulary(bytes) : new Vocabulary(bytes, table);
    const size = this.manifest.vocabulary_sizes[side];
    if (vocabulary.size !== size)
      throw new ModelError(`The ${side} vocabulary must have ${size} pieces`, vocabulary.size);
    const { bos, pad, eos, unk } = this.manifest.special_ids;
    if (bos !== 0 || pad !== 1 || eos !== 2 || unk !== 3)
      throw new ModelError(`The special ids of a ${side} vocabulary must be 0, 1, 2, 3`, [bos, pad, eos, unk]);
    return vocabulary;
  }
}
