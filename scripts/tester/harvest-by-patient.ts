/** Types of which a server refuses to show everything in; what it shows of single patients is learnt, and what its searches have to name is written down. */
import { localReference } from '../core/fhir';
import type { Exchange } from '../core/result';
import { localKey, parseReference } from '../search/reference-target';
import { spread } from './gather/sample';
import { referencesIn } from './gather/references';
import type { TestContext } from './context';
import type { TypeKnowledge } from './knowledge';

/** Parameters that name a patient, the one that can mean nothing else first. */
const PATIENT_PARAMETERS = ['patient', 'subject'] as const;
const NO_SUCH_ID = 'scout-no-such-id';

export interface ByPatientLimits {
  /** Patients whose resources are asked for. */
  readonly patients: number;
  /** Pages of each. */
  readonly pages: number;
}

/**
 * Asks patient by patient for a type of which a search of everything is refused: records of patients are often there for one patient at a time. Which searches it
 * carries out is for a server to say; what it does not fails with 4xx: https://hl7.org/fhir/R4/search.html#errors
 * @param refusal the answer to the search of everything
 * @param given ids of patients to begin with
 * @returns the parameter by which it can be searched; undefined where neither a patient nor an id opens the search
 */
export async function readByPatient(context: TestContext, type: string, refusal: Exchange, why: string, given: readonly string[], limits: ByPatientLimits): Promise<string | undefined> {
  const named = PATIENT_PARAMETERS.find((name) => context.declared.searchParam(type, name) && context.definitions.find(type, name)?.type === 'reference');
  const wholly: string[] = [];
  let first: Exchange | undefined;
  const ids = named === undefined ? [] : patientsOf(context, given, limits.patients);
  for (const id of named === undefined ? [] : ids.length === 0 ? [NO_SUCH_ID] : ids) {
    const answer = await context.search(type, [[named as string, named === 'patient' ? id : `Patient/${id}`]], { maxPages: limits.pages });
    if (answer.trouble !== undefined) {
      // One patient may be closed to this client; where the first is, the others are not tried.
      if (first === undefined) break;
      continue;
    }
    first ??= answer.first;
    if (answer.unfinished === undefined && id !== NO_SUCH_ID) wholly.push(id);
  }
  const parameter = first === undefined ? '_id' : (named as string);
  if (first === undefined) {
    const answer = await context.search(type, [['_id', NO_SUCH_ID]], { firstPageOnly: true });
    if (answer.trouble !== undefined) return undefined;
    first = answer.first;
  }
  const demands: TypeKnowledge['demands'] = { parameter, patients: wholly, refusal };
  context.known.setCompleteness(type, { complete: false, why, search: { served: true, answer: first }, demands });
  return parameter;
}

/** Ids of patients: those given, those that this run has loaded, those whose studies are known, and others that are. */
function patientsOf({ known }: TestContext, given: readonly string[], most: number): string[] {
  const idOf = (reference: string) => /^Patient\/([^/]+)$/.exec(reference)?.[1] ?? [];
  const own = [...known.own].flatMap(idOf);
  const referred = known.index.all('ImagingStudy').flatMap((study) => referencesIn(study)).flatMap(({ reference }) => idOf(localKey(parseReference(reference), known.index.base) ?? ''));
  const seen = known.index.all('Patient').flatMap((patient) => idOf(localReference(patient) ?? ''));
  const first = [...new Set([...given, ...own, ...referred])];
  const others = spread(seen.filter((id) => !first.includes(id)), Math.max(0, most - first.length));
  return [...first, ...others].slice(0, most);
}
