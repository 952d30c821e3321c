/** The table of benchmarks; a new one is one file and one row here. */
import type { BenchCase } from '../bench-case';
import { buildCase } from './build';
import { dicomCase, dicomFolderCase } from './dicom';
import { testerCase } from './tester';
import { watchCase, watchIheCase } from './watch';

export const BENCH_CASES: readonly BenchCase[] = [buildCase, testerCase, dicomCase, dicomFolderCase, watchCase, watchIheCase];
