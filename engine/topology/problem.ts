/** One thing that is wrong with a document. Every problem is reported at once. */
export interface Problem {
  /** JSON pointer, '' for the whole document. */
  pointer: string;
  message: string;
  /** AVA's detail code where one fits, else one of Sluice's own. */
  code: string;
}

/** Adds a problem at a place in the document. */
export type Report = (pointer: string, message: string) => void;
