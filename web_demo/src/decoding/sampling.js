import { ModelError } from '../errors.js';

/**
 * Options of sampling (docs/sampling.md).
 *
 * @typedef {object} SamplingOptions
 * @property {number} temperature divisor of the log-probabilities; 0 takes the most probable token
 * @property {number} top_k keeps the k most probable tokens; 0 keeps all
 * @property {number} top_p keeps the most probable tokens that together reach this probability
 * @property {bigint} seed 64 bits
 * @property {number} min_tokens least number of tokens before `eos`
 * @property {number} max_tokens
 */

/** @type {SamplingOptions} */
export const SAMPLING_DEFAULTS = Object.freeze({
  temperature: 1,
  top_k: 0,
  top_p: 1,
  seed: 0n,
  min_tokens: 0,
  max_tokens: 128,
});

const GAMMA = 0x9e3779b97f4a7c15n;
const bits = (/** @type {bigint} */ value) => BigInt.asUintN(64, value);

/** The finaliser of SplitMix64. @param {bigint} value */
function mix(value) {
  let z = bits((value ^ (value >> 30n)) * 0xbf58476d1ce4e5b9n);
  z = bits((z ^ (z >> 27n)) * 0x94d049bb133111ebn);
  return z ^ (z >> 31n);
}

/**
 * The random number in [0, 1) for token `step` of completion `sample`.
 *
 * @param {bigint} seed
 * @param {number} sample
 * @param {number} step
 */
export function uniform(seed, sample, step) {
  const start = mix(bits(seed + BigInt(sample + 1) * GAMMA));
  return Number(mix(bits(start + BigInt(step + 1) * GAMMA)) >> 11n) / 2 ** 53;
}

/**
 * The token that a random number draws.
 *
 * @param {Float32Array} logProbabilities minus infinity for forbidden tokens
 * @param {SamplingOptions} options
 * @param {number} number in [0, 1)
 */
export function draw(logProbabilities, options, number) {
  let tokens = Array.from(logProbabilities.keys()).filter((token) => logProbabilities[token] > -Infinity);
  if (tokens.length === 0)
    throw new ModelError('At least one token must be allowed, and no log-probability may be NaN', 'a row without such');
  tokens.sort((one, other) => logProbabilities[other] - logProbabilities[one]); // stable, so equal ones stay by id
  if (options.temperature === 0) return tokens[0];
  if (options.top_k > 0) tokens = tokens.slice(0, options.top_k);
  const greatest = logProbabilities[tokens[0]];
  let sum = 0;
  let sums = tokens.map((token) => (sum += Math.exp((logProbabilities[token] - greatest) / options.temperature)));
  if (options.top_p < 1) sums = sums.slice(0, sums.findIndex((value) => value >= options.top_p * sum) + 1);
  const wanted = number * sums[sums.length - 1];
  const place = sums.findIndex((value) => value > wanted);
  return tokens[place < 0 ? sums.length - 1 : place];
}
