/** What the front and the processes of its engines say to each other, over the IPC channel that nobody else can reach. */
import type { CameraInfo } from '../camera-info.js';
import type { Config } from '../config/index.js';
import type { PipelineUses } from '../control/index.js';
import { type ErrorKind, type ErrorPlace, messageOf, SluiceError } from '../core/errors.js';
import type { InputResult, InputTarget } from '../core/ports.js';
import type { Readiness } from '../engine.js';
import type { CopiedEvent } from '../events/types.js';
import type { PlacedClip } from '../recording/clip-page.js';
import type { ClipQuery } from '../recording/clip-resource.js';

/** What a process needs to become an engine. None of it is in its arguments or its environment, which others can read. */
export interface EngineOrder {
  /** From 1. */
  engine: number;
  config: Config;
  clipIdsAfter: number;
  contentTokens: Uint8Array;
  /** The last event of it that the front has. */
  takenSeq: number;
}

export type ToEngine =
  | { kind: 'start'; order: EngineOrder }
  /** The front has these events for good. */
  | { kind: 'taken'; seq: number }
  | { kind: 'ask'; id: number; question: keyof Questions; given: readonly unknown[] }
  | { kind: 'configure'; config: Config }
  | { kind: 'stop' };

export type FromEngine =
  | { kind: 'started'; url: string; holdings: Holdings }
  | { kind: 'notStarted'; error: ErrorNote }
  | { kind: 'events'; events: CopiedEvent[]; upTo: number }
  /** Events that its log does not have any more, or never had. */
  | { kind: 'gap'; reason: string; count: number; upTo: number }
  /** Nothing more will come. */
  | { kind: 'ended' }
  | { kind: 'answer'; id: number; value: unknown }
  | { kind: 'refusal'; id: number; error: ErrorNote };

/** A result of a direct method, with its payload as JSON if it has one. */
export interface SentResult {
  status: number;
  json: string | undefined;
}

/** What an engine has, by which the front knows where to turn. */
export interface Holdings {
  pipelines: ReadonlyMap<string, PipelineUses>;
  videos: readonly string[];
}

/** A topology or adapter as a document with its secrets, so that another engine can be given the same. */
export interface Definition {
  name: string;
  modifiedAt: string;
  document: unknown;
}

export interface Definitions {
  topologies: readonly Definition[];
  adapters: readonly Definition[];
}

/** What the front asks of an engine. */
export interface Questions {
  invoke(method: string, payload: unknown): SentResult;
  deliver(input: string, message: unknown, target: InputTarget): InputResult;
  cameras(): CameraInfo[];
  picture(camera: string, width: number): { jpeg: Uint8Array; version: string };
  clips(query: ClipQuery): PlacedClip[];
  metrics(): string;
  readiness(): Readiness;
  definitions(): Definitions;
  holdings(): Holdings;
  /** What a live pipeline that is set with this document would use; undefined if it would be refused. */
  uses(document: unknown): PipelineUses | undefined;
}

/** An error on its way from one process to the other. */
export interface ErrorNote {
  code: string | undefined;
  message: string;
  kind: ErrorKind;
  where: ErrorPlace;
  hint: string | undefined;
}

export const noteOf = (thrown: unknown): ErrorNote => {
  if (!(thrown instanceof SluiceError)) {
    return { code: undefined, message: messageOf(thrown), kind: 'internal', where: {}, hint: undefined };
  }
  const { code, message, kind, where, hint } = thrown;
  return { code, message, kind, where, hint };
};

export const errorOf = ({ code, message, kind, where, hint }: ErrorNote): Error =>
  code === undefined
    ? new Error(message)
    : new SluiceError(code, message, { kind, where, ...(hint === undefined ? {} : { hint }) });
