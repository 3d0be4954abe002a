import type { UtcMicros } from '../core/time.js';
import { DEVICE, operation } from './soap-request.js';
import { utcOf } from './xml-time.js';
import { child, numberOf, textOf, type XmlElement } from './xml-tree.js';

export const GET_SYSTEM_DATE_AND_TIME = operation(DEVICE, 'GetSystemDateAndTime');

/** The device's clock; undefined if it does not tell. */
export const systemTimeIn = (response: XmlElement): UtcMicros | undefined =>
  timeIn(child(response, 'SystemDateAndTime', 'UTCDateTime'));

/** What to sign with. Devices that give no UTC compare with their local time. */
export const signingTimeIn = (response: XmlElement): UtcMicros | undefined =>
  systemTimeIn(response) ?? timeIn(child(response, 'SystemDateAndTime', 'LocalDateTime'));

const timeIn = (dateTime: XmlElement | undefined): UtcMicros | undefined => {
  const part = (group: string, name: string): number => numberOf(textOf(child(dateTime, group, name))) ?? Number.NaN;
  return utcOf({
    year: part('Date', 'Year'),
    month: part('Date', 'Month'),
    day: part('Date', 'Day'),
    hour: part('Time', 'Hour'),
    minute: part('Time', 'Minute'),
    second: part('Time', 'Second'),
  });
};
