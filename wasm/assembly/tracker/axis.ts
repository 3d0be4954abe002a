// One number of a box, a coordinate of its centre or a side, with its rate: a Kalman filter of two states.

@unmanaged
export class Axis {
  /** Pixels. */
  value: f64;
  /** Pixels a second. */
  rate: f64;
  // Their covariance.
  vv: f64;
  vr: f64;
  rr: f64;

  start(value: f64, variance: f64, rateVariance: f64): void {
    this.value = value;
    this.rate = 0;
    this.vv = variance;
    this.vr = 0;
    this.rr = rateVariance;
  }

  /** The rate may have changed meanwhile: `unrest` is the variance that a second adds to it. */
  @inline
  doubt(dt: f64, unrest: f64): void {
    this.rr += unrest * dt;
  }

  /** The pictures show how far it has gone in `dt` seconds. Called before `advance`. */
  step(distance: f64, dt: f64, variance: f64): void {
    const innovation = distance - this.rate * dt;
    const s = dt * dt * this.rr + variance;
    const gainValue = (this.vr * dt) / s;
    const gainRate = (this.rr * dt) / s;
    this.value += gainValue * innovation;
    this.rate += gainRate * innovation;
    this.vv -= gainValue * dt * this.vr;
    this.vr -= gainValue * dt * this.rr;
    this.rr -= gainRate * dt * this.rr;
    if (this.rr < 0) this.rr = 0;
  }

  advance(dt: f64): void {
    this.value += this.rate * dt;
    this.vv += dt * (2 * this.vr + dt * this.rr);
    this.vr += dt * this.rr;
  }

  /** The picture shows where it is; the value stays as uncertain as `least`. */
  put(value: f64, variance: f64, least: f64): void {
    this.correct(value, variance);
    this.vv = max(this.vv, least * least);
  }

  /**
   * A detection shows where it is. One that lies far beyond what is thought possible is believed: the pictures have
   * misled, and errors of the way do not have the tails of a normal distribution.
   */
  place(value: f64, variance: f64): void {
    const innovation = value - this.value;
    const beyond = innovation * innovation - FAR * (this.vv + variance);
    if (beyond > 0) this.vv += beyond / FAR;
    this.correct(value, variance);
  }

  private correct(value: f64, variance: f64): void {
    const innovation = value - this.value;
    const s = this.vv + variance;
    const gainValue = this.vv / s;
    const gainRate = this.vr / s;
    this.value += gainValue * innovation;
    this.rate += gainRate * innovation;
    this.rr -= gainRate * this.vr;
    this.vr -= gainValue * this.vr;
    this.vv -= gainValue * this.vv;
    if (this.rr < 0) this.rr = 0;
  }
}

/** Innovations are taken for possible up to the root of this, in standard deviations. */
const FAR: f64 = 6;
