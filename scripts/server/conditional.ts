/** The criteria of a conditional interaction in, the resources they select out: https://hl7.org/fhir/R4/http.html#cond-update */
import type { Resource } from '../core/fhir';
import { currentOf, toIssue } from './search-answer';
import type { Pairs } from './query-string';
import { Refusal } from './refusal';
import type { Service } from './service';

export type ConditionalInteraction = 'create' | 'update' | 'delete' | 'patch';

/**
 * The current resources that match. Criteria are read strictly: one that is not understood would widen what is written to.
 * @throws Refusal 400 for criteria that are missing or not understood
 */
export function matchesOfCriteria(service: Service, interaction: ConditionalInteraction | 'reference', type: string, pairs: Pairs): readonly Resource[] {
  if (pairs.length === 0) throw new Refusal(400, 'required', `A conditional ${interaction} on ${type} needs search criteria.`);
  const query = service.behaviour.parse(service.definitions, type, pairs, service.base);
  const issues = service.behaviour.refused(query, 'strict');
  if (issues.length > 0) throw new Refusal(400, 'invalid', 'The criteria have errors.', { issues: issues.map(toIssue) });
  if (query.criteria.length === 0) throw new Refusal(400, 'required', `A conditional ${interaction} on ${type} needs search criteria; ${pairs.map(([name]) => name).join(', ')} selects nothing.`);
  const matches = currentOf(service, service.behaviour.select(service.store.index, query));
  return interaction === 'reference' ? matches : service.behaviour.candidates(interaction, matches);
}

/**
 * The one match, or undefined for none.
 * @throws Refusal 412 for several: "the client's criteria were not selective enough"
 */
export function singleMatch(service: Service, interaction: ConditionalInteraction, type: string, pairs: Pairs): Resource | undefined {
  const matches = matchesOfCriteria(service, interaction, type, pairs);
  if (matches.length > 1) throw new Refusal(412, 'multiple-matches', `The criteria of the conditional ${interaction} select ${matches.length} ${type} resources; they must select one at most.`);
  return matches[0];
}
