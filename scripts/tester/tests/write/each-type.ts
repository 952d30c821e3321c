/** Whether create is there for each type that declares it, not only for those that the other tests write. https://hl7.org/fhir/R4/http.html#create */
import type { Exchange } from '../../../core/result';
import { answerInWords, succeeded } from '../../answer';
import type { TestContext } from '../../context';
import { COMPANIONS, FOCUS } from '../../harvest';
import { fail, failedToAsk, noData, pass } from '../../judge/judgements';
import type { Judgement, TestCase } from '../../test-case';
import { madeBy, type Writer } from '../../write/writer';
import { writeTest } from './steps';

/** No resource, so that whoever has the interaction refuses the body, and nothing is made. */
const NO_RESOURCE = 'null';

/** Statuses that say of the interaction itself that it is not there: https://www.rfc-editor.org/rfc/rfc9110#section-15.5.6, #section-15.6.2 */
const NO_INTERACTION: readonly number[] = [404, 405, 501];

export const WRITE_EACH_TYPE_TESTS: readonly TestCase[] = [
  {
    ...writeTest({ id: 'each-type.create', title: 'Create is there for each type that declares it', type: 'Patient', requirement: 'capability-interaction', run: eachType }),
    needs: [],
  },
];

async function eachType(context: TestContext, writer: Writer): Promise<Judgement> {
  const types = [FOCUS, ...COMPANIONS].filter((type) => context.declared.interaction(type, 'create'));
  const exchanges: Exchange[] = [];
  for (const type of types) {
    const exchange = await writer.createRaw(type, NO_RESOURCE);
    if (exchange.response === undefined) return failedToAsk(answerInWords(exchange), exchange);
    // What is made of it may not be told from foreign data: no further type is asked.
    if (succeeded(exchange)) {
      const [made] = madeBy(exchange, context.client.base);
      const adopted = made !== undefined && (await writer.adoptEmpty(exchange, made));
      return noData(`The body null is taken for a resource: ${made ?? `${type} (of no known id)`} has no tag and ${adopted ? 'is removed' : 'stays'}; that is the matter of another test.`, exchange);
    }
    exchanges.push(exchange);
  }
  const missing = exchanges.flatMap((exchange, i) => (NO_INTERACTION.includes(exchange.response?.status ?? 0) ? [{ type: types[i] ?? '', exchange }] : []));
  const [first] = missing;
  if (first !== undefined) return fail(`create is declared for ${missing.map(({ type }) => type).join(', ')}, but POST ${first.type} is answered by ${answerInWords(first.exchange)}, whatever the body is.`, first.exchange);
  const [one] = exchanges;
  return one === undefined ? noData('Needed: a type with create.') : pass(`${types.length} types refuse a body that is no resource, as those that take one do.`, one);
}
