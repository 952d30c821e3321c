/** Conditional interactions where what would match was deleted, or nothing ever matched. https://hl7.org/fhir/R4/http.html#ccreate, #3.1.0.7.1 */
import { answerInWords, refused, succeeded } from '../../answer';
import { encodePairs } from '../../gather/query';
import { fail, failedToAsk, noData, pass, warn } from '../../judge/judgements';
import type { TestCase } from '../../test-case';
import { conditionalTest, single } from './conditional';
import { comesTo, IDENTIFIER, needed, patient } from './steps';

export const WRITE_CONDITIONAL_DELETED_TESTS: readonly TestCase[] = [
  conditionalTest('create', {
    id: 'create-deleted',
    title: 'Patient: a create with If-None-Exist takes no notice of what was deleted',
    interactions: ['delete'],
    run: async (context, writer) => {
      const { sent, reference } = await single(context, writer);
      const deleted = await writer.remove(reference);
      needed('deletion', deleted);
      const gone = await comesTo(context, false, 'Patient', [['identifier', IDENTIFIER(sent)]], reference);
      if (!gone.settled) return noData(`${reference} is still found after its deletion, which is the matter of other tests.`, gone.exchange);
      const exchange = await writer.create(sent, { 'If-None-Exist': encodePairs([['identifier', IDENTIFIER(sent)]]) });
      if (exchange.response === undefined) return failedToAsk(answerInWords(exchange), exchange);
      if (exchange.response.status === 201) return pass('What was deleted counts as no match.', exchange);
      return fail(`The only match was deleted, and no search finds it any more, but a create with If-None-Exist is answered by ${answerInWords(exchange)} instead of 201: it takes what was deleted for a match.`, exchange);
    },
  }),
  conditionalTest('delete', {
    id: 'delete-none',
    title: 'Patient: a delete by criteria that nothing meets is no error',
    run: async (_, writer) => {
      const exchange = await writer.remove(`Patient?${encodePairs([['identifier', IDENTIFIER(patient(writer))]])}`);
      if (exchange.response === undefined) return failedToAsk(answerInWords(exchange), exchange);
      // "No matches or One Match: The server performs an ordinary delete", which should succeed where there is nothing to delete.
      if (succeeded(exchange)) return pass(`It is answered by ${exchange.response.status}.`, exchange);
      return refused(exchange) ? warn(`It is answered by ${answerInWords(exchange)}; 200 or 204 is asked for.`, exchange) : fail(`It is answered by ${answerInWords(exchange)}.`, exchange);
    },
  }),
];
