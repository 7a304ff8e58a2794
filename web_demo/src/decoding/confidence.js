import { ModelError } from '../errors.js';

const FLOOR = 0.01;

/** @typedef {{bias: number, slope: number, doubt: number}} Calibration */

/**
 * The calibration that was saved with a model (docs/trust.md); null for a model without one.
 *
 * @param {Record<string, any>} settings
 * @returns {Calibration | null}
 */
export function calibrationOf(settings) {
  const saved = settings.confidence;
  if (saved === undefined || saved === null) return null;
  const { bias, slope, doubt } = saved;
  if (![bias, slope, doubt].every(Number.isFinite) || slope < 0 || doubt < 0) {
    throw new ModelError(
      'The confidence saved with a model must have the numbers bias, slope >= 0 and doubt >= 0',
      JSON.stringify(saved),
    );
  }
  return { bias, slope, doubt };
}

/**
 * Probability that an answer is acceptable.
 *
 * @param {Calibration} calibration
 * @param {number} score of the hypothesis
 * @param {number} length `eos` counted
 * @param {number} lengthPenalty of the search that scored it
 * @param {boolean} faulty whether the copy check found a fault
 */
export function confidence(calibration, score, length, lengthPenalty, faulty) {
  const mean = score * length ** (lengthPenalty - 1);
  const sureness = -Math.log(FLOOR + Math.max(0, -mean));
  const logit = calibration.bias + calibration.slope * sureness - (faulty ? calibration.doubt : 0);
  return logit > -700 ? 1 / (1 + Math.exp(-logit)) : 0;
}
