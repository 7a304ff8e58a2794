import { Tensor, loadAndCompile, loadLiteRt } from '../../vendor/litert/index.js';
import { ModelError } from '../errors.js';

/** @type {Promise<unknown> | undefined} */
let loading;

/** Loads the runtime, once. @param {string} folder absolute URL of its files, with a slash at the end */
export function loadRuntime(folder) {
  loading ??= load(folder).catch((error) => {
    loading = undefined;
    throw new ModelError(
      'The runtime must load: WebAssembly with SIMD is needed, and the files of vendor/litert',
      error,
    );
  });
  return loading;
}

/** @param {string} folder */
function load(folder) {
  // In a worker the script does not know where it lies, and where its WebAssembly is.
  Object.assign(globalThis, { Module: { locateFile: (/** @type {string} */ name) => new URL(name, folder).href } });
  return loadLiteRt(folder);
}

/**
 * A TFLite file in LiteRT.js, on the processor.
 *
 * @implements {TensorModel}
 * @typedef {import('../decoding/runner.js').TensorModel} TensorModel
 */
export class LiteRtModel {
  /** @param {Uint8Array} model bytes of the file */
  static async open(model) {
    return new LiteRtModel(await loadAndCompile(model, { accelerator: 'wasm' }));
  }

  /** @param {any} compiled */
  constructor(compiled) {
    this.compiled = compiled;
  }

  /**
   * @param {string} signature
   * @param {Record<string, import('../decoding/runner.js').Tensor>} inputs
   * @returns {Promise<Record<string, Float32Array | Int32Array>>} copies of the outputs
   */
  async run(signature, inputs) {
    /** @type {Record<string, any>} */
    const tensors = {};
    const made = [];
    /** @type {Record<string, any>} */
    let outputs = {};
    try {
      for (const [name, input] of Object.entries(inputs)) {
        if ('kept' in input) tensors[name] = input.kept;
        else made.push((tensors[name] = new Tensor(input.data, input.shape)));
      }
      outputs = await this.compiled.run(signature, tensors);
      return Object.fromEntries(Object.entries(outputs).map(([name, tensor]) => [name, tensor.toTypedArray()]));
    } finally {
      for (const tensor of [...made, ...Object.values(outputs)]) tensor.delete();
    }
  }

  /** @param {Float32Array | Int32Array} data @param {number[]} shape */
  keep(data, shape) {
    return new Tensor(data, shape);
  }

  /** @param {any} kept */
  drop(kept) {
    kept.delete();
  }

  close() {
    this.compiled.delete();
  }
}
