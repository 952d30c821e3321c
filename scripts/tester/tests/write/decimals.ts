/** Whether decimals keep their precision on the way through a server, in JSON and in XML. https://hl7.org/fhir/R4/datatypes.html#decimal */
import { noteWrittenNumber, parseExactly, stringifyExactly, writtenNumber } from '../../../core/exact-json';
import { codingsOf, isResource, type Resource } from '../../../core/fhir';
import { isObject, valueAt } from '../../../core/json';
import type { Exchange } from '../../../core/result';
import { loadElementTable } from '../../../formats/element-table';
import { toXml } from '../../../formats/to-xml';
import { decimalRange } from '../../../search/decimal-range';
import { itemsOf } from '../../../search/json';
import { answerInWords, bodyOf, succeeded } from '../../answer';
import type { TestContext } from '../../context';
import { fail, failedToAsk, noData, notDeclared, pass } from '../../judge/judgements';
import type { Judgement, TestCase } from '../../test-case';
import { madeBy, type Writer } from '../../write/writer';
import { declaresXml, readXmlAnswer, XML_VERSIONS } from '../../xml-answer';
import { writeTest } from './steps';

/** Zeros at the end, before and behind other digits, and as many digits as XML's decimal has to hold: https://www.w3.org/TR/xmlschema-2/#decimal */
const DECIMALS = ['1.0', '0.010', '12.50', '123456789.123456789'] as const;

type Form = 'json' | 'xml';
const TYPE = { json: 'application/fhir+json', xml: 'application/fhir+xml' } as const;

export const WRITE_DECIMAL_TESTS: readonly TestCase[] = [
  decimalTest('json', 'json', 'Observation: a decimal comes back with the precision with which it was sent'),
  { ...decimalTest('json', 'xml', 'Observation: a decimal sent in JSON has its precision in XML, where XML is declared'), versions: XML_VERSIONS },
  { ...decimalTest('xml', 'json', 'Observation: a decimal sent in XML has its precision in JSON, where XML is declared'), versions: XML_VERSIONS },
];

function decimalTest(sent: Form, shown: Form, title: string): TestCase {
  return writeTest({ id: `observation.decimals-${sent === shown ? sent : `${sent}-to-${shown}`}`, title, type: 'Observation', requirement: 'decimal-precision', run: (context, writer) => decimals(context, writer, sent, shown) });
}

async function decimals(context: TestContext, writer: Writer, sent: Form, shown: Form): Promise<Judgement> {
  if ((sent === 'xml' || shown === 'xml') && !declaresXml(context.declared)) return notDeclared('XML is not among the declared formats.');
  const resource = writer.tagged(measured());
  const body = sent === 'json' ? stringifyExactly(resource) : toXml(resource, loadElementTable(context.version));
  const exchange = await writer.createRaw('Observation', body, { 'Content-Type': TYPE[sent] });
  if (exchange.response === undefined) return failedToAsk(answerInWords(exchange), exchange);
  const reference = madeBy(exchange, context.client.base)[0];
  if (!succeeded(exchange) || reference === undefined) return noData(`The server did not take the Observation that the test needs: ${answerInWords(exchange)}.`, exchange);
  const read = await context.send({ method: 'GET', url: reference, headers: { Accept: TYPE[shown] } });
  if (read.response === undefined) return failedToAsk(answerInWords(read), read);
  const back = resourceIn(context, read, shown);
  if (!succeeded(read) || back === undefined) return noData(`${reference} is answered by ${answerInWords(read)}.`, read);
  const came = valuesOf(back);
  const lost = DECIMALS.flatMap((decimal, i) => (samePrecision(decimal, came[i]) ? [] : [`${decimal} as ${came[i] ?? 'nothing'}`]));
  const way = sent === shown ? '' : `, sent in ${sent.toUpperCase()},`;
  return lost.length === 0 ? pass(`${DECIMALS.join(', ')}${way} come back as they were sent.`, read) : fail(`Decimals${way} come back with another precision: ${lost.join(', ')}.`, read);
}

/** One component for each decimal; that number and text differ is remembered beside the objects. */
function measured(): Resource {
  const code = (text: string) => ({ coding: [{ system: 'https://fhir-scout.org/test-code', code: text }] });
  const component = DECIMALS.map((decimal, i) => {
    const valueQuantity = { value: Number(decimal) };
    noteWrittenNumber(valueQuantity, 'value', decimal);
    return { code: code(`decimal-${i + 1}`), valueQuantity };
  });
  return { resourceType: 'Observation', status: 'final', code: code('decimals'), component };
}

function resourceIn(context: TestContext, exchange: Exchange, form: Form): Resource | undefined {
  if (form === 'xml') return readXmlAnswer(exchange, context.version).resource;
  if (bodyOf(exchange).problem !== undefined) return undefined;
  const value = parseExactly(exchange.response?.body.trimStart() ?? '');
  return isResource(value) ? value : undefined;
}

/** The values of the components as they are written, each where its code says that it belongs. */
function valuesOf(resource: Resource): (string | undefined)[] {
  return DECIMALS.map((_, i) => {
    const component = itemsOf(resource['component']).find((one) => codingsOf(valueAt(one, 'code')).some(({ code }) => code === `decimal-${i + 1}`));
    const quantity = valueAt(component, 'valueQuantity');
    return isObject(quantity) && typeof quantity['value'] === 'number' ? (writtenNumber(quantity, 'value') ?? String(quantity['value'])) : undefined;
  });
}

/** An exponent is another way to write the same. */
function samePrecision(wanted: string, came: string | undefined): boolean {
  const [a, b] = [decimalRange(wanted), came === undefined ? undefined : decimalRange(came)];
  return a !== undefined && b !== undefined && a.value.units === b.value.units && a.value.exponent === b.value.exponent;
}
