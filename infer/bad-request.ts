/** A picture or a question that cannot be answered. Whoever has sent it is told why. */
export class BadRequest extends Error {
  override readonly name = 'BadRequest';
}
