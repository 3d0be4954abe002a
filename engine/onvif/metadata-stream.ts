import { answerText } from './answer-text.js';
import { type Notifications, type OnvifNotice, readNotifications } from './notification.js';
import { parseXml } from './xml-parse.js';
import { children } from './xml-tree.js';

/** Behind the end of each document. */
const BETWEEN = /(?<=<\/(?:[\w.-]{1,64}:)?MetadataStream\s{0,9}>)/;

/** The zero that ends a string in C, and line breaks. */
const PADDING = /^[\s\0]+/;
/** More than any camera sends at once. */
const MAX_DOCUMENTS = 100;

/**
 * Reads the events in what a camera's metadata track has sent at once: one document (tt:MetadataStream) or several. Never
 * throws; a document that cannot be read counts as one notification that cannot, and does no harm to others.
 */
export const readMetadata = (bytes: Uint8Array): Notifications => {
  const notices: OnvifNotice[] = [];
  let malformed = 0;
  for (const document of documentsIn(bytes)) {
    const read = readDocument(document);
    notices.push(...read.notices);
    malformed += read.malformed;
  }
  return { notices, malformed };
};

const NOTHING_READ: Notifications = { notices: [], malformed: 1 };

const readDocument = (text: string): Notifications => {
  try {
    return readNotifications(children(parseXml(text), 'Event'));
  } catch {
    return NOTHING_READ;
  }
};

const documentsIn = (bytes: Uint8Array): string[] => {
  try {
    const text = answerText(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength), undefined);
    return text
      .split(BETWEEN, MAX_DOCUMENTS)
      .map((each) => each.replace(PADDING, ''))
      .filter((each) => each !== '');
  } catch {
    return [''];
  }
};
