/** A place in what a camera has sent. Of two of them is known what lies between, also when that has left the ring. */
export interface RingPlace {
  /** Number of the unit there in the session, without gaps. */
  index: number;
  /** How many pictures the session had before it. */
  picture: number;
}

/** Where what follows a unit begins. */
export const placeBehind = ({ index, picture, track }: RingPlace & { track: string }): RingPlace => ({
  index: index + 1,
  picture: picture + (track === 'video' ? 1 : 0),
});

/** How many pictures, and how many units of sound and others, lie from one place up to another; none if that is not behind it. */
export const countBetween = (from: RingPlace, to: RingPlace): { pictures: number; others: number } => {
  const units = Math.max(0, to.index - from.index);
  const pictures = Math.max(0, to.picture - from.picture);
  return { pictures, others: units - pictures };
};
