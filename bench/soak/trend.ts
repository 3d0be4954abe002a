/** Whether a figure grows in a series of samples, and whether the samples can tell at all. */

export interface Point {
  minute: number;
  value: number;
}

export interface Trend {
  /** By how much the figure grows in an hour. */
  perHour: number;
  /** Standard error of that, as the scatter of the samples around their line has it. */
  error: number;
  /** Where the line is at the end of the samples. */
  last: number;
}

/**
 * `steady`: no growth that matters. `grows`: more than its error explains. `unclear`: it may grow by more than is
 * allowed, but the samples are too few or too noisy to be sure.
 */
export type Verdict = 'steady' | 'grows' | 'unclear';

/** A slope of more than so many standard errors is not taken for noise. */
const ERRORS = 3;
/** Growth below this part of what is allowed is none, however sure the samples are of it. */
const NEGLIGIBLE = 0.25;

/**
 * The straight line through the samples with the least squares. Neighbours are alike, because memory is given back now
 * and then: the error counts as many samples as there would be of independent ones.
 */
export const trendOf = (points: readonly Point[]): Trend => {
  const count = points.length;
  const hours = points.map(({ minute }) => minute / 60);
  const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / count;
  const [middle, level] = [mean(hours), mean(points.map(({ value }) => value))];
  const spread = hours.reduce((sum, hour) => sum + (hour - middle) ** 2, 0);
  if (count < 3 || spread === 0) return { perHour: 0, error: Number.POSITIVE_INFINITY, last: level };
  const perHour = points.reduce((sum, { value }, n) => sum + (hours[n]! - middle) * (value - level), 0) / spread;
  const rests = points.map(({ value }, n) => value - level - perHour * (hours[n]! - middle));
  const independent = Math.max(3, count * independence(rests));
  const scatter = rests.reduce((sum, rest) => sum + rest ** 2, 0) / (count - 2);
  const error = Math.sqrt((scatter / spread) * (count / independent));
  return { perHour, error, last: level + perHour * (hours.at(-1)! - middle) };
};

/** From 1, for samples that know nothing of their neighbours, down to 0, for those that repeat them. */
const independence = (rests: readonly number[]): number => {
  const power = rests.reduce((sum, rest) => sum + rest ** 2, 0);
  if (power === 0) return 1;
  const alike = rests.slice(1).reduce((sum, rest, n) => sum + rest * rests[n]!, 0) / power;
  const share = Math.min(0.99, Math.max(0, alike));
  return (1 - share) / (1 + share);
};

/** @param allowed growth per hour that is still accepted */
export const verdictOf = ({ perHour, error }: Trend, allowed: number): Verdict => {
  if (perHour > ERRORS * error && perHour > NEGLIGIBLE * allowed) return 'grows';
  return perHour > allowed ? 'unclear' : 'steady';
};
