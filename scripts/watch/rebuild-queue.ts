/** Changed files as they come in, one rebuild after the other out: changes during a rebuild make one more, however many they are. */

export interface RebuildQueue {
  changed(files: readonly string[]): void;
  /** Whether something is being rebuilt or waits for it. */
  busy(): boolean;
  /** Resolves when nothing is being rebuilt and nothing waits. */
  settled(): Promise<void>;
  /** Takes no more; what runs is waited for. */
  close(): Promise<void>;
}

export interface RebuildOptions {
  /** Called with all files since the last call; never twice at a time. What it throws goes to `onFault`. */
  readonly rebuild: (files: ReadonlySet<string>) => Promise<void>;
  readonly onFault: (fault: unknown) => void;
  /** Called when nothing is left to do. */
  readonly onRest?: () => void;
  /** Milliseconds to wait for more before a rebuild: a branch that is checked out changes many files. */
  readonly settleMs: number;
}

export function createRebuildQueue({ rebuild, onFault, onRest, settleMs }: RebuildOptions): RebuildQueue {
  let waiting = new Set<string>();
  let running = false;
  let closed = false;
  let timer: NodeJS.Timeout | undefined;
  let idle: (() => void)[] = [];

  const isBusy = () => running || waiting.size > 0;
  const rest = () => {
    if (isBusy()) return;
    const told = idle;
    idle = [];
    told.forEach((tell) => tell());
  };
  const start = async () => {
    timer = undefined;
    if (running || waiting.size === 0) return;
    const files = waiting;
    waiting = new Set();
    running = true;
    try {
      await rebuild(files);
    } catch (fault) {
      onFault(fault);
    }
    running = false;
    if (waiting.size > 0) await start();
    else {
      rest();
      onRest?.();
    }
  };
  const settled = () => new Promise<void>((resolve) => (isBusy() ? idle.push(resolve) : resolve()));

  return {
    changed: (files) => {
      if (closed) return;
      files.forEach((file) => waiting.add(file));
      if (waiting.size === 0 || running) return;
      clearTimeout(timer);
      timer = setTimeout(() => void start(), settleMs);
    },
    busy: isBusy,
    settled,
    close: () => {
      closed = true;
      clearTimeout(timer);
      waiting = new Set();
      if (!running) rest();
      return settled();
    },
  };
}
