/** A benchmark and a number of rounds in, medians and ratios to the peer out. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { BenchCase } from './bench-case';

export interface BenchRow {
  contender: string;
  /** Seconds of wall time, or of what the contender measured itself. */
  median: number;
  fastest: number;
  slowest: number;
  /** What else the last run showed. */
  remark?: string;
  /** The peer's median divided by this one: how many times quicker than the peer. */
  ratio: number;
}

export interface BenchReport {
  id: string;
  title: string;
  note: string;
  peer: string;
  runs: number;
  rows: BenchRow[];
}

/** Runs the contenders in turn, round by round, so that a machine that gets busy is busy for all of them. */
export async function measure(bench: BenchCase, runs: number, onRun: (text: string) => void = () => undefined): Promise<BenchReport> {
  const scratch = mkdtempSync(join(tmpdir(), 'scout-bench-'));
  const closing: (() => void | Promise<void>)[] = [];
  try {
    const contenders = await bench.open(scratch);
    closing.push(...contenders.map((contender) => () => contender.close?.()));
    const seconds = contenders.map((): number[] => []);
    for (let round = 1; round <= runs; round++) {
      for (const [at, contender] of contenders.entries()) {
        onRun(`${bench.id} ${round}/${runs}: ${contender.name}`);
        await contender.prepare?.();
        const start = performance.now();
        const own = await contender.run();
        seconds[at]?.push(own ?? (performance.now() - start) / 1000);
      }
    }
    const peer = median(seconds[0] ?? []);
    const rows = contenders.map((contender, at) => {
      const remark = contender.remark?.();
      const times = seconds[at] ?? [];
      return { contender: contender.name, median: median(times), fastest: Math.min(...times), slowest: Math.max(...times), ratio: peer / median(times), ...(remark !== undefined && { remark }) };
    });
    return { id: bench.id, title: bench.title, note: bench.note, peer: contenders[0].name, runs, rows };
  } finally {
    for (const close of closing) await close();
    rmSync(scratch, { recursive: true, force: true });
  }
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? (sorted[middle] ?? NaN) : ((sorted[middle - 1] ?? NaN) + (sorted[middle] ?? NaN)) / 2;
}
