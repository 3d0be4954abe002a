/** What the recorder has recorded: one operation after another, in the order in which they returned. */
export type Operation = { readonly micros: number } & (
  | { kind: 'open'; path: string; inode: number }
  | { kind: 'create'; path: string; inode: number }
  | { kind: 'write'; inode: number; offset: number; data: Buffer }
  | { kind: 'truncate'; inode: number; size: number }
  | { kind: 'syncBegin' | 'syncEnd'; path: string; inode: number; sync: number }
  | { kind: 'unlink'; path: string }
  | { kind: 'mkdir'; path: string }
  | { kind: 'rename'; path: string; to: string }
  | { kind: 'link'; path: string; to: string }
);

/** Of the struct in recorder.c: four numbers of 4 bytes, three of 8. */
const HEAD_BYTES = 40;

export const readTrace = (bytes: Buffer): Operation[] => {
  const operations: Operation[] = [];
  // The system gives the number of a deleted file to a new one. Here each file has a number of its own.
  const own = new Map<number, number>();
  const numberOf = (inode: number, isNew: boolean): number => {
    const known = own.get(inode);
    if (known !== undefined && !isNew) return known;
    const fresh = ++files;
    own.set(inode, fresh);
    return fresh;
  };
  let files = 0;
  for (let at = 0; at + HEAD_BYTES <= bytes.length; ) {
    const pathBytes = bytes.readUInt32LE(at + 4);
    const dataBytes = bytes.readUInt32LE(at + 8);
    const path = bytes.toString('utf8', at + HEAD_BYTES, at + HEAD_BYTES + pathBytes);
    const end = at + HEAD_BYTES + pathBytes + dataBytes;
    const data = bytes.subarray(at + HEAD_BYTES + pathBytes, end);
    if (data.length < dataBytes) break; // the last record of a killed program
    const one = operation(bytes, at, path, data);
    operations.push('inode' in one ? { ...one, inode: numberOf(one.inode, one.kind === 'create') } : one);
    at = end;
  }
  return operations;
};

const operation = (bytes: Buffer, at: number, path: string, data: Buffer): Operation => {
  const kind = String.fromCharCode(bytes.readUInt32LE(at));
  const sync = bytes.readUInt32LE(at + 12);
  const inode = Number(bytes.readBigUInt64LE(at + 16));
  const offset = Number(bytes.readBigUInt64LE(at + 24));
  const micros = Number(bytes.readBigUInt64LE(at + 32));
  switch (kind) {
    case 'o':
      return { kind: 'open', path, inode, micros };
    case 'c':
      return { kind: 'create', path, inode, micros };
    case 'w':
      return { kind: 'write', inode, offset, data, micros };
    case 't':
      return { kind: 'truncate', inode, size: offset, micros };
    case 's':
    case 'f':
      return { kind: kind === 's' ? 'syncBegin' : 'syncEnd', path, inode, sync, micros };
    case 'u':
      return { kind: 'unlink', path, micros };
    case 'm':
      return { kind: 'mkdir', path, micros };
    case 'r':
      return { kind: 'rename', path, to: data.toString('utf8'), micros };
    case 'l':
      return { kind: 'link', path, to: data.toString('utf8'), micros };
    default:
      throw new Error(`the trace is damaged at byte ${at}: ${JSON.stringify(kind)}`);
  }
};
