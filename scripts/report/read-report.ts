/** A report.json of an earlier run in, the run out; a file that is not one is refused with the place that is wrong. */
import { readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Ajv2020, type ErrorObject } from 'ajv/dist/2020';
import { diskSays } from '../core/disk-trouble';
import { KnownError } from '../core/known-error';
import { packageRoot } from '../core/package-root';
import { summarize, type Run } from '../core/result';

/** How many of the faults of a bad report are named. */
const FAULTS_NAMED = 3;

const HINT = 'A report is the report.json that `scout test` writes into its --out folder.';

/**
 * Reads a report back. Keys that this version does not know are let through: a later version may have added them.
 * @throws KnownError `report-not-found`, `report-not-json`, `report-invalid`
 */
export async function readReport(file: string): Promise<Run> {
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw new KnownError('report-not-found', `The report ${file} cannot be read: ${diskSays(error)}.`, HINT, { cause: error });
  });
  return parseReport(text, file);
}

/**
 * The run that the text of a report.json describes.
 * @param file name used in error messages
 * @throws KnownError `report-not-json`, `report-invalid`
 */
export function parseReport(text: string, file: string): Run {
  let report: unknown;
  try {
    report = JSON.parse(text);
  } catch (error) {
    throw new KnownError('report-not-json', `The report ${file} is not JSON: ${(error as Error).message}`, HINT, { cause: error });
  }
  const faults = [...schemaFaults(report)];
  if (faults.length === 0) faults.push(...contradictions(report as Run));
  if (faults.length > 0) {
    const more = faults.length > FAULTS_NAMED ? `; and ${faults.length - FAULTS_NAMED} more` : '';
    throw new KnownError('report-invalid', `The report ${file} is not valid: ${faults.slice(0, FAULTS_NAMED).join('; ')}${more}.`, HINT);
  }
  return withoutNulls(report as Run);
}

function schemaFaults(report: unknown): string[] {
  const validate = reportSchema();
  if (validate(report)) return [];
  return (validate.errors ?? []).filter((error) => error.keyword !== 'additionalProperties').map(faultText);
}

let compiled: ReturnType<Ajv2020['compile']> | undefined;

/** Formats are left to the schema's tests: a report with an odd date is still a usable baseline. */
function reportSchema() {
  compiled ??= new Ajv2020({ allErrors: true, validateFormats: false, allowUnionTypes: true }).compile(
    JSON.parse(readFileSync(join(packageRoot(), 'schemas', 'report.schema.json'), 'utf8')) as object,
  );
  return compiled;
}

function faultText(error: ErrorObject): string {
  const place = error.instancePath.slice(1).replaceAll('/', '.') || 'the report';
  const allowed = (error.params as { allowedValues?: unknown[] }).allowedValues;
  return `${place} ${error.message ?? 'is wrong'}${allowed === undefined ? '' : ` (${allowed.join(', ')})`}`;
}

/** What a schema cannot say: ids are unique, and the summary counts the results. */
function contradictions({ results, summary }: Run): string[] {
  const ids = new Set<string>();
  const twice = results.filter(({ id }) => ids.size === ids.add(id).size).map(({ id }) => `two results have the id ${id}`);
  const counted = summarize(results);
  const wrong = Object.entries(counted).filter(([key, count]) => summary[key as keyof typeof summary] !== count);
  return [...twice, ...wrong.map(([key, count]) => `summary.${key} is ${summary[key as keyof typeof summary]}, the results say ${count}`)];
}

/** Null stands in the file for what is absent in a run. */
function withoutNulls(report: Run): Run {
  const { comparison, honesty, ...run } = present(report);
  const looked = honesty === undefined ? {} : { honesty: honesty.map(present) };
  const compared = comparison === undefined ? {} : { comparison: { ...comparison, changes: comparison.changes.map(present) } };
  return { ...run, target: present(report.target), results: report.results.map(present), ...looked, ...compared };
}

function present<T extends object>(value: T): T {
  return Object.fromEntries(Object.entries(value).filter(([, element]) => element !== null)) as T;
}
