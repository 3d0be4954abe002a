import { expect, it } from 'vitest';
import { boxedSeconds, isOnPerson, PERSON_SECONDS, personAt } from '../../../../bench/accuracy/night-person.js';

it('knows the person at every moment from the first second to the last, and nowhere else', () => {
  expect(PERSON_SECONDS).toBe(25);
  for (let t = 51; t <= 76; t += 0.1) {
    const { l, t: top, w, h } = personAt(t)!;
    expect(l).toBeGreaterThan(0.5);
    expect(top).toBeGreaterThan(0.25);
    expect(w).toBeLessThan(0.04);
    expect(h).toBeLessThan(0.14);
  }
  expect(personAt(50.9)).toBeUndefined();
  expect(personAt(76.1)).toBeUndefined();
});

it('takes the straight line between two seconds', () => {
  const [a, b, between] = [personAt(60)!, personAt(61)!, personAt(60.5)!];
  expect(between.l).toBeCloseTo((a.l + b.l) / 2);
  expect(between.h).toBeCloseTo((a.h + b.h) / 2);
});

it('counts a box near the person, and neither one elsewhere nor one of half the picture', () => {
  const person = personAt(60)!;
  expect(isOnPerson(person, 60)).toBe(true);
  expect(isOnPerson({ ...person, l: person.l + 0.9 * person.w }, 60)).toBe(true);
  expect(isOnPerson({ ...person, l: person.l + 1.6 * person.w }, 60)).toBe(false);
  expect(isOnPerson({ l: 0.3, t: 0.1, w: 0.6, h: 0.5 }, 60)).toBe(false);
  expect(isOnPerson(person, 50)).toBe(false);
});

it('counts each second once, and the last moment to none', () => {
  const seen = (t: number) => ({ t, boxes: [personAt(t)!] });
  expect(boxedSeconds([seen(51), seen(51.4), seen(60), { t: 61, boxes: [] }, seen(76)])).toBe(2);
});
