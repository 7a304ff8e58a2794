import { ModelError } from '../errors.js';

const VARINT = 0;
const FIXED64 = 1;
const LENGTH = 2;
const FIXED32 = 5;

/**
 * The fields of one protocol buffer message.
 *
 * @param {Uint8Array} bytes
 * @returns {{number: number, value: number | Uint8Array}[]} integers below 2^53 and floats as numbers
 * @throws {ModelError} the message is damaged
 */
export function readFields(bytes) {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const fields = [];
  let place = 0;
  const take = (/** @type {number} */ count) => {
    if (count > bytes.length - place)
      throw new ModelError(
        'A field must end inside its message; the vocabulary is damaged',
        `${count} bytes of ${bytes.length - place}`,
      );
    place += count;
    return place - count;
  };
  const varint = () => {
    let value = 0;
    for (let shift = 0; shift < 70; shift += 7) {
      const byte = bytes[take(1)];
      value += (byte & 0x7f) * 2 ** shift;
      if (byte < 0x80) return value;
    }
    throw new ModelError('A number must have at most 10 bytes; the vocabulary is damaged', 'more');
  };
  while (place < bytes.length) {
    const key = varint();
    const type = key % 8;
    let value;
    if (type === VARINT) value = varint();
    else if (type === FIXED32) value = view.getFloat32(take(4), true);
    else if (type === FIXED64) value = view.getFloat64(take(8), true);
    else if (type === LENGTH) {
      const length = varint();
      const begin = take(length);
      value = bytes.subarray(begin, begin + length);
    } else throw new ModelError('A field must have a wire type in use; the vocabulary is damaged', type);
    fields.push({ number: Math.floor(key / 8), value });
  }
  return fields;
}
