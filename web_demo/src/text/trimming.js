/** Where a text ends without these characters behind it. @param {string} text @param {string} characters */
export function endWithout(text, characters) {
  let end = text.length;
  while (end > 0 && characters.includes(text[end - 1])) end--;
  return end;
}

/**
 * A text without these characters around it; `trim` takes others, and a pattern may take time that is quadratic.
 *
 * @param {string} text
 * @param {string} characters
 */
export function trimmed(text, characters) {
  const end = endWithout(text, characters);
  let begin = 0;
  while (begin < end && characters.includes(text[begin])) begin++;
  return text.slice(begin, end);
}
