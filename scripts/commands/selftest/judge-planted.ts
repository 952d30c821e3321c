/** Runs against planted faults and legal variants in, the matrix of what was caught and what was accused out. */
import { FHIR_VERSIONS, type FhirVersionRecord } from '../../core/fhir-version';
import type { Result, Run } from '../../core/result';
import type { PlantedRow } from '../../server/planted';

export interface FaultOutcome {
  readonly id: string;
  readonly group: string;
  /** A test failed or warned that does not on the reference server. */
  readonly killed: boolean;
  /** Whether one of the tests that caught it names the requirement that the fault breaks. */
  readonly named: boolean;
  /** Ids of the tests that caught it. */
  readonly by: readonly string[];
  /** Requirement that it breaks, and those that the tests named. */
  readonly breaks: string;
  readonly requirements: readonly string[];
}

export interface VariantOutcome {
  readonly id: string;
  /** Tests that failed or broke down although the behaviour is legal. */
  readonly failures: readonly { readonly id: string; readonly message: string }[];
}

export interface Matrix {
  readonly faults: readonly FaultOutcome[];
  readonly variants: readonly VariantOutcome[];
  /** Share of faults that were killed, 0 to 1. */
  readonly killRate: number;
  /** Number of variants with a failure. */
  readonly falseAlarms: number;
  /** Faults that were caught, but by no test that names the requirement which they break. */
  readonly misnamed: readonly string[];
  readonly seconds: number;
}

/** The requirement id that a fault's clause has in the tester: there, rules of search are requirements of their own. */
export function requirementOfClause(breaks: string, version: Pick<FhirVersionRecord, 'name'> = FHIR_VERSIONS.R4): string {
  // The guide's invariants have ids of their own.
  if (breaks.startsWith('invariant:')) return breaks.slice('invariant:'.length);
  if (breaks.startsWith('dicomweb:')) return breaks.replace(':', '-');
  return `fhir-${version.name.toLowerCase()}-${breaks.replace(/^rule:/, 'search-')}`;
}

/** What the tests said of a planted fault. */
export function judgeFault(row: PlantedRow, run: Run, version?: Pick<FhirVersionRecord, 'name'>): FaultOutcome {
  const catching = run.results.filter(({ verdict }) => verdict === 'fail' || verdict === 'warn');
  const breaks = requirementOfClause(row.breaks ?? '', version);
  const requirements = [...new Set(catching.map(({ requirement }) => requirement.id))];
  return { id: row.id, group: row.group ?? '', killed: catching.length > 0, named: requirements.includes(breaks), by: catching.map(({ id }) => id), breaks, requirements };
}

/** What the tests said of legal behaviour: anything but silence is a false alarm; a warning is no failure. */
export function judgeVariant(row: PlantedRow, run: Run): VariantOutcome {
  const accused = ({ verdict }: Result) => verdict === 'fail' || verdict === 'error';
  return { id: row.id, failures: run.results.filter(accused).map(({ id, message }) => ({ id, message })) };
}

/** Puts the outcomes together. @param seconds how long the selftest took */
export function matrixOf(faults: readonly FaultOutcome[], variants: readonly VariantOutcome[], seconds: number): Matrix {
  const killed = faults.filter((fault) => fault.killed).length;
  return {
    faults,
    variants,
    killRate: faults.length === 0 ? 1 : killed / faults.length,
    falseAlarms: variants.filter(({ failures }) => failures.length > 0).length,
    misnamed: faults.filter((fault) => fault.killed && !fault.named).map(({ id }) => id),
    seconds,
  };
}
