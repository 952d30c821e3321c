/** How long work tells where it is; the console decides how that looks. */
export interface Progress {
  /** A new piece of work with a known number of steps, or an unknown one. */
  start(label: string, total?: number): void;
  /** `done` steps of the current piece are finished. */
  step(done: number, detail?: string): void;
  /** The current piece is finished. */
  end(summary?: string): void;
}

/** Says nothing: for tests and library use. */
export const SILENT: Progress = { start: () => undefined, step: () => undefined, end: () => undefined };
