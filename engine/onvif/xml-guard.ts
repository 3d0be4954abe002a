/** More than any answer to what we ask has, and little enough for the parser. */
const MAX_CHARACTERS = 512 * 1024;
const MAX_DEPTH = 100;
const MAX_ELEMENTS = 20_000;

/**
 * Why an XML text from the network must not reach the parser, if so. The parser (sax) expands no entities of a document,
 * but it and what is built on it recurse and use patterns whose cost explodes on texts that no camera sends. One pass,
 * linear in the length.
 */
export const xmlDanger = (text: string): string | undefined => {
  if (text.length > MAX_CHARACTERS) return `is longer than ${MAX_CHARACTERS} characters`;
  if (/<!(DOCTYPE|ENTITY)/i.test(text)) return 'has a document type';
  // A pattern of the library scans from every `xmlns` to the next `=`.
  for (const match of text.matchAll(/xmlns/g)) {
    const after = text.slice(match.index + 5, match.index + 80);
    if (!/^(:[^\s=]{1,60})?\s{0,9}=/.test(after)) return 'has `xmlns` that is no declaration';
  }
  let depth = 0;
  let elements = 0;
  /** Of the tag that was looked at last. */
  let end = -1;
  for (let at = text.indexOf('<'); at >= 0; at = text.indexOf('<', at + 1)) {
    const next = text.charCodeAt(at + 1);
    if (next === SLASH) depth--;
    else if (next !== QUESTION && next !== EXCLAMATION) {
      elements++;
      if (end < at) end = text.indexOf('>', at);
      if (end < 0) return 'ends within a tag';
      if (text.charCodeAt(end - 1) !== SLASH) depth++;
    }
    if (depth > MAX_DEPTH) return `is nested deeper than ${MAX_DEPTH}`;
    if (elements > MAX_ELEMENTS) return `has more than ${MAX_ELEMENTS} elements`;
  }
  return undefined;
};

const SLASH = 0x2f;
const QUESTION = 0x3f;
const EXCLAMATION = 0x21;
