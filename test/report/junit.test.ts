import sax from 'sax';
import { renderJunit } from '../../scripts/report/junit';
import { ATTACKS, runOf, sampleRun } from './sample-run';

interface Element { name: string; attributes: Record<string, string>; children: Element[]; text: string }

/** The document as a tree; throws where it is not well-formed. */
function parsed(xml: string): Element {
  const parser = sax.parser(true);
  const root: Element = { name: '', attributes: {}, children: [], text: '' };
  const open = [root];
  parser.onopentag = (tag) => {
    const element: Element = { name: tag.name, attributes: tag.attributes as Record<string, string>, children: [], text: '' };
    open.at(-1)!.children.push(element);
    open.push(element);
  };
  parser.onclosetag = () => open.pop();
  parser.ontext = (text) => (open.at(-1)!.text += text);
  parser.onerror = (error) => { throw error; };
  parser.write(xml).close();
  return root.children[0]!;
}

const xml = renderJunit(sampleRun());
const suites = parsed(xml).children;
const cases = suites.flatMap((suite) => suite.children);
const caseOf = (id: string) => cases.find((one) => one.attributes.classname === id)!;

describe('junit.xml', () => {
  it('has only characters of XML 1.0, whatever a server sent', () => {
    // https://www.w3.org/TR/xml/#charsets
    expect(xml).not.toMatch(/[^\u0009\u000a\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/u);
    const extreme = parsed(renderJunit(runOf([{ ...sampleRun().results[1]!, title: '\uffff\ufffe\ud800 ok', message: `${ATTACKS.join('')}\n\t"` }])));
    expect(extreme.children[0]!.children[0]!.attributes.name).toBe('\\uffff\\ufffe\\ud800 ok');
  });

  it('has a suite for the steps and one for each group and type, whose counts are true', () => {
    expect(suites.map((suite) => suite.attributes.name)).toEqual([
      'steps', 'capability', 'read Patient', 'read ImagingStudy', 'read Endpoint', 'read ServiceRequest', 'search ImagingStudy', 'search Patient', 'data',
    ]);
    for (const suite of suites) {
      const having = (name: string) => String(suite.children.filter((one) => one.children.some((child) => child.name === name)).length);
      expect(suite.attributes).toMatchObject({ tests: String(suite.children.length), failures: having('failure'), errors: having('error'), skipped: having('skipped') });
      expect(suite.attributes.timestamp).toBe('2026-11-22T07:41:09');
    }
    expect(parsed(xml).attributes).toMatchObject({ tests: '33', failures: '7', errors: '2' });
  });

  it('makes of each verdict what a build server understands', () => {
    const outcome = (id: string) => caseOf(id).children.map(({ name }) => name);
    expect(outcome('search.imagingstudy.modality.code')).toEqual(['failure']);
    expect(outcome('search.patient.identifier')).toEqual(['error']);
    expect(outcome('search.imagingstudy.basedon.chain')).toEqual(['skipped']);
    expect(outcome('search.imagingstudy.reason')).toEqual(['skipped']);
    expect(outcome('search.imagingstudy.self-link')).toEqual(['system-out']);
    expect(outcome('search.imagingstudy.ap')).toEqual(['system-out']);
    expect(outcome('search.imagingstudy.status.basic')).toEqual([]);
    expect(outcome('steps.validate')).toEqual(['skipped']);
    expect(outcome('steps.load')).toEqual(['failure']);
    expect(outcome('steps.build')).toEqual(['system-out']);
    expect(caseOf('search.imagingstudy.reason').children[0]!.attributes.message).toMatch(/^not declared: The CapabilityStatement/);
  });

  it('gives a failure everything that is needed to repeat it', () => {
    const { attributes, text } = caseOf('search.imagingstudy.modality.code').children[0]!;
    expect(attributes).toEqual({ message: '2 studies are missing and 1 should not be there: the server searches only the first series.', type: 'SHALL' });
    for (const part of ['https://hl7.org/fhir/R4/search.html#token', 'missing: ImagingStudy/ct-second', 'not expected: ImagingStudy/mr-only', "curl -H 'accept: application/fhir+json'"]) {
      expect(text).toContain(part);
    }
  });

  it('cuts long sets', () => {
    expect(caseOf('search.imagingstudy.started.ge').children[0]!.text).toContain('missing: 4941 more');
  });
});
