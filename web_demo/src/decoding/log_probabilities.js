/** Turns logits into their float32 log-probabilities, in place. @param {Float32Array} logits */
export function logSoftmax(logits) {
  let greatest = -Infinity;
  for (const value of logits) if (value > greatest) greatest = value;
  let sum = 0;
  for (let i = 0; i < logits.length; i++) {
    logits[i] -= greatest;
    sum += Math.exp(logits[i]);
  }
  const logarithm = Math.fround(Math.log(Math.fround(sum)));
  for (let i = 0; i < logits.length; i++) logits[i] -= logarithm;
}

/** Index of the greatest value, the lowest on a tie. @param {Float32Array} values */
export function indexOfGreatest(values) {
  let best = 0;
  for (let i = 1; i < values.length; i++) if (values[i] > values[best]) best = i;
  return best;
}
