/** What reading a value needs around it: the names it may use, and where references and mistakes are put down. */
import type { Reference } from '../core/fhir';
import type { Finding } from '../core/finding';
import type { Vocabulary } from './code-entry';
import { mistake, type Mistake, type Place } from './source-text';

export interface Reading {
  readonly vocabulary: Vocabulary;
  readonly findings: Finding[];
  /** Path of the value within its record, for messages. */
  readonly path: string;
  /** `Type/id` of the record. */
  readonly resource?: string;
  /** Ids of all records by type; absent where no references are read. */
  readonly records?: ReadonlyMap<string, ReadonlySet<string>>;
  /** Every reference that was read: their displays are filled in when all records are known. */
  readonly references?: Reference[];
}

/** Puts down a mistake; gives undefined, so that a reader can return it. */
export function reject(code: Mistake, message: string, place: Place, reading: Reading): undefined {
  const said = reading.path === '' ? message : `${reading.path}: ${message}`;
  reading.findings.push(mistake(code, said, place, reading.resource));
  return undefined;
}
