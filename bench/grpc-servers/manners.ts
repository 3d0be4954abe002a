import type { WireSample } from '../../engine/inference/grpc/contract.js';

/** A sample as a server got it. */
export interface Taken {
  sequence: number;
  sample: WireSample;
}

/** How an answer looks, where servers differ. */
export interface AnswerStyle {
  /** Default: rising from 1. */
  sequence?: 0;
  timestamp?: false;
}

/** What a server can do on a stream. */
export interface ServerStream {
  /** Answers a sample, with what it sees in it; a picture is looked at now, as late as the answer. */
  answer(taken: Taken, style?: AnswerStyle): void;
  /** Ends it with a status that is an error. */
  fail(code: number, details: string): void;
  /** Ends it without a word, connection and all. */
  cut(): void;
}

/** What a server does with the samples of one stream. */
export interface Manner {
  onSample(taken: Taken): void;
  /** The client has no more. What is held back has to be answered now. */
  onHalfClose?(): void;
}

export type MannerOf = (stream: ServerStream) => Manner;

const INVALID_ARGUMENT = 3;

/** Answers with the nth sample after it; drops the oldest now and then, as a queue does that is full. */
const lagging =
  (queue: number, dropEvery = Number.POSITIVE_INFINITY): MannerOf =>
  (stream) => {
    const held: Taken[] = [];
    let count = 0;
    return {
      onSample: (taken) => {
        held.push(taken);
        if (held.length <= queue) return;
        const oldest = held.shift()!;
        if (++count % dropEvery !== 0) stream.answer(oldest);
      },
      onHalfClose: () => {
        for (const taken of held) stream.answer(taken);
      },
    };
  };

const batches =
  (size: number): MannerOf =>
  (stream) => {
    let batch: Taken[] = [];
    const answer = (): void => {
      const last = batch.at(-1);
      batch = [];
      if (last) stream.answer(last);
    };
    return {
      onSample: (taken) => {
        batch.push(taken);
        if (batch.length === size) answer();
      },
      onHalfClose: answer,
    };
  };

const neverEvery =
  (nth: number): MannerOf =>
  (stream) => {
    let count = 0;
    return {
      onSample: (taken) => {
        if (++count % nth !== 0) stream.answer(taken);
      },
    };
  };

/** Ends every stream after some samples, in turns with a status and by cutting the connection. */
const mortal = (samples: number): MannerOf => {
  let lives = 0;
  return (stream) => {
    let left = samples;
    const life = ++lives;
    return {
      onSample: (taken) => {
        if (left-- > 0) stream.answer(taken);
        else if (life % 2 === 1) stream.fail(INVALID_ARGUMENT, 'the picture cannot be decoded');
        else stream.cut();
      },
    };
  };
};

/** Works on one sample at a time. */
const sluggish =
  (serviceMs: number): MannerOf =>
  (stream) => {
    const waiting: Taken[] = [];
    let timer: NodeJS.Timeout | undefined;
    const next = (): void => {
      timer = undefined;
      if (waiting.length === 0) return;
      timer = setTimeout(() => {
        stream.answer(waiting.shift()!);
        next();
      }, serviceMs);
    };
    return {
      onSample: (taken) => {
        waiting.push(taken);
        if (!timer) next();
      },
    };
  };

export const prompt: MannerOf = (stream) => ({ onSample: (taken) => stream.answer(taken) });

/** The manners of the servers that AVA's users run. */
export const MANNERS: Readonly<Record<string, MannerOf>> = {
  'lags by one': lagging(1),
  'lags by ten': lagging(10, 23),
  'sequence 0': (stream) => ({ onSample: (taken) => stream.answer(taken, { sequence: 0 }) }),
  'no timestamp': (stream) => ({ onSample: (taken) => stream.answer(taken, { timestamp: false }) }),
  'batches of four': batches(4),
  'never every 7th': neverEvery(7),
  'dies mid-stream': mortal(17),
  sluggish: sluggish(200),
};
