/** The catalogue: every type of event with what it says. */
import type { Static } from 'typebox';
import type { AvaEvent, SluiceEvent } from '../catalogue.js';
import { ANALYTICS_EVENTS } from './analytics.js';
import { CAMERA_EVENTS } from './cameras.js';
import type { EventDefinition } from './definition.js';
import { ENGINE_EVENTS } from './engine.js';
import { PIPELINE_EVENTS } from './pipelines.js';
import { RECORDING_EVENTS } from './recordings.js';

/** The full type of an event that the engine itself publishes. */
export type EventType = (typeof AvaEvent)[keyof typeof AvaEvent] | (typeof SluiceEvent)[keyof typeof SluiceEvent];

export const EVENTS = {
  ...ANALYTICS_EVENTS,
  ...RECORDING_EVENTS,
  ...CAMERA_EVENTS,
  ...PIPELINE_EVENTS,
  ...ENGINE_EVENTS,
} satisfies Record<EventType, EventDefinition>;

/** `data` of the engine's events, by type. */
export type EventDataByType = { [Type in EventType]: Static<(typeof EVENTS)[Type]['data']> };

/** `data` of an event. Types of programs that embed the engine carry what they want. */
export type EventData<Type extends string> = Type extends EventType ? EventDataByType[Type] : Record<string, unknown>;
