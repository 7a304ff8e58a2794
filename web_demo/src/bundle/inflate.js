import { DamagedError } from '../errors.js';

/**
 * Raw deflate (RFC 1951) back.
 *
 * @param {Uint8Array} data
 * @param {number} maximum greatest number of bytes of the result
 * @returns {Promise<Uint8Array>}
 * @throws {DamagedError} the bytes are no deflate, have other bytes behind them, or hold more
 */
export async function inflate(data, maximum) {
  const reader = new Blob([data]).stream().pipeThrough(new DecompressionStream('deflate-raw')).getReader();
  const chunks = [];
  let size = 0;
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) break;
      size += value.length;
      if (size > maximum) break;
      chunks.push(value);
    }
  } catch (error) {
    throw new DamagedError('Deflated bytes must be readable', error);
  }
  if (size > maximum) {
    reader.cancel().catch(() => {});
    throw new DamagedError(`Deflated bytes must be at most ${maximum}`, 'more');
  }
  const result = new Uint8Array(size);
  let place = 0;
  for (const chunk of chunks) {
    result.set(chunk, place);
    place += chunk.length;
  }
  return result;
}
