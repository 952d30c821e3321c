/** What a benchmark is: one record with its contenders, the first of which is the peer that the others are held against. */

/** One way of doing the same job. */
export interface Contender {
  readonly name: string;
  /** Work before each run that is not measured. */
  prepare?(): void | Promise<void>;
  /** The measured work; a number is what it measured itself, in seconds, where wall time is not what counts. */
  run(): void | number | Promise<void | number>;
  /** What else the last run showed, such as memory. */
  remark?(): string;
  /** Ends what was started for it. */
  close?(): void | Promise<void>;
}

export interface BenchCase {
  readonly id: string;
  readonly title: string;
  /** What the figures are about and what they leave out. */
  readonly note: string;
  /** Makes the contenders, the peer first, in a scratch folder that is removed afterwards. */
  open(scratch: string): Promise<readonly [peer: Contender, ...ours: Contender[]]>;
}
