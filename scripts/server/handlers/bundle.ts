/** POST of a Bundle to the base: batch and transaction. https://hl7.org/fhir/R4/http.html#transaction */
import type { Bundle, BundleEntry } from '../../core/fhir';
import { forEntry, inTurn, toAction, toFailureEntry, toResponseEntry, type Action } from '../bundle-action';
import { Refusal } from '../refusal';
import { bodyOf } from '../request-body';
import type { Answer, Call, Handler, Service } from '../service';
import { carryOut } from '../transaction';

export const transactionOrBatch: Handler = (service, call) => {
  const bundle = bodyOf(service, call, 'Bundle') as Bundle;
  const entries = bundle.entry ?? [];
  if (!Array.isArray(entries)) throw new Refusal(400, 'structure', 'Bundle.entry is not an array.', { expression: 'Bundle.entry' });
  if (bundle.type === 'batch') return answer('batch-response', runBatch(service, call, entries));
  if (bundle.type === 'transaction') return answer('transaction-response', runTransaction(service, call, entries));
  throw new Refusal(400, 'not-supported', `A Bundle of type ${bundle.type ?? '(none)'} cannot be processed here; batch and transaction can.`, { expression: 'Bundle.type' });
};

function answer(type: string, entry: BundleEntry[]): Answer {
  const bundle: Bundle = { resourceType: 'Bundle', type, ...(entry.length === 0 ? {} : { entry }) };
  return { status: 200, resource: bundle };
}

/** "The success or failure of one change SHOULD not alter the success or failure or resulting content of another change" */
function runBatch(service: Service, call: Call, entries: readonly BundleEntry[]): BundleEntry[] {
  const results: BundleEntry[] = entries.map(() => ({}));
  const actions = entries.flatMap((entry, position): Action[] => {
    try {
      return [toAction(service, call, entry, position)];
    } catch (error) {
      results[position] = toFailureEntry(error);
      return [];
    }
  });
  for (const action of inTurn(actions)) {
    try {
      results[action.position] = toResponseEntry(service, action.call, action.route.handler(service, action.call));
    } catch (error) {
      if (!(error instanceof Refusal)) service.reportBug(error);
      results[action.position] = toFailureEntry(error);
    }
  }
  return results;
}

function runTransaction(service: Service, call: Call, entries: readonly BundleEntry[]): BundleEntry[] {
  const actions = entries.map((entry, position) => forEntry(position, () => toAction(service, call, entry, position)));
  const answers = carryOut(service, actions);
  return actions.map((action) => toResponseEntry(service, action.call, answers.get(action.position) as Answer));
}
