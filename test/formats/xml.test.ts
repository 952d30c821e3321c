import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import type { Resource } from '../../scripts/core/fhir';
import { FHIR_VERSIONS } from '../../scripts/core/fhir-version';
import { loadElementTable } from '../../scripts/formats/element-table';
import { fromXml } from '../../scripts/formats/from-xml';
import { toXml } from '../../scripts/formats/to-xml';
import { generateExamples } from '../../scripts/generate/generate-examples';

const table = loadElementTable(FHIR_VERSIONS.R4);
const xml = (inner: string, type = 'Patient') => `<${type} xmlns="http://hl7.org/fhir">${inner}</${type}>`;
const body = (resource: Resource) => toXml(resource, table).replace(/^<\?xml.*\?>\n/, '').trimEnd();

describe('writing', () => {
  test('elements come in the order of the definition, values as attributes', () => {
    expect(body({ resourceType: 'Patient', birthDate: '1980-02-29', active: true, id: 'p', multipleBirthInteger: 2, name: [{ given: ['A', 'B'], family: 'C' }] })).toBe(
      xml('<id value="p"/><active value="true"/><name><family value="C"/><given value="A"/><given value="B"/></name><birthDate value="1980-02-29"/><multipleBirthInteger value="2"/>'),
    );
  });

  test('ids of elements and urls of extensions are attributes; a value may be missing beside its extensions', () => {
    expect(body({ resourceType: 'Patient', _birthDate: { id: 'b', extension: [{ url: 'http://u', valueString: 'x' }] }, name: [{ id: 'n', given: [null, 'B'], _given: [{ extension: [{ url: 'http://v', valueBoolean: false }] }, null] }] })).toBe(
      xml('<name id="n"><given><extension url="http://v"><valueBoolean value="false"/></extension></given><given value="B"/></name><birthDate id="b"><extension url="http://u"><valueString value="x"/></extension></birthDate>'),
    );
  });

  test('resources inside resources, and an element that is called resourceType', () => {
    expect(body({ resourceType: 'Patient', contained: [{ resourceType: 'Organization', id: 'o', name: 'X' }] })).toBe(xml('<contained><Organization><id value="o"/><name value="X"/></Organization></contained>'));
    expect(body({ resourceType: 'ExampleScenario', status: 'draft', instance: [{ resourceId: 'i', resourceType: 'Patient' }] })).toContain('<instance><resourceId value="i"/><resourceType value="Patient"/></instance>');
  });

  test('what would act as markup or be lost in an attribute is escaped', () => {
    expect(body({ resourceType: 'Patient', name: [{ text: 'a<b>&"c"\n\r\td' }] })).toBe(xml('<name><text value="a&lt;b&gt;&amp;&quot;c&quot;&#10;&#13;&#9;d"/></name>'));
  });

  test('the narrative goes out as it is, if it is XHTML', () => {
    const div = '<div xmlns="http://www.w3.org/1999/xhtml">a <b>b</b>&#160;<br/></div>';
    expect(body({ resourceType: 'Patient', text: { status: 'generated', div } })).toBe(xml(`<text><status value="generated"/>${div}</text>`));
  });

  test.each<[string, Resource, RegExp]>([
    ['an unknown element', { resourceType: 'Patient', foo: 1 }, /Patient has the element "foo"/],
    ['an unknown type', { resourceType: 'Foo', id: '1' }, /is a Foo/],
    ['a list where there is none', { resourceType: 'Patient', birthDate: ['1980', '1981'] }, /Patient.birthDate is given 2 times/],
    ['an object for a value', { resourceType: 'Patient', name: [{ family: {} }] }, /Patient.name.family is object/],
    ['a value for an object', { resourceType: 'Patient', name: ['x'] }, /Patient.name is "x"/],
    ['an empty object', { resourceType: 'Patient', name: [{}] }, /Patient.name is empty/],
    ['a character that XML cannot hold', { resourceType: 'Patient', name: [{ text: 'a\u0001' }] }, /Patient.name.text has a character/],
    ['half of a surrogate pair', { resourceType: 'Patient', name: [{ text: 'a\ud83d' }] }, /has a character/],
    ['a narrative that is not well-formed', { resourceType: 'Patient', text: { div: '<div xmlns="http://www.w3.org/1999/xhtml"><b></div>' } }, /Patient.text.div is no XHTML: not well-formed/],
    ['a narrative that breaks out', { resourceType: 'Patient', text: { div: '<div xmlns="http://www.w3.org/1999/xhtml"/></text><active value="true"/>' } }, /not well-formed/],
    ['a narrative in no namespace', { resourceType: 'Patient', text: { div: '<div/>' } }, /is no div in the namespace/],
    ['an entry that is no resource', { resourceType: 'Bundle', type: 'batch', entry: [{ resource: { id: 'x' } }] }, /resourceType is missing/],
  ])('%s is refused by name', (_, resource, message) => {
    expect(() => toXml(resource, table)).toThrow(message);
  });

  test('pretty-printed XML says the same', () => {
    const resource: Resource = { resourceType: 'Patient', name: [{ family: 'A' }], text: { status: 'empty', div: '<div xmlns="http://www.w3.org/1999/xhtml"> a\n b</div>' } };
    const pretty = toXml(resource, table, { pretty: true });
    expect(pretty).toContain('\n  <name>\n    <family value="A"/>\n  </name>\n</Patient>');
    expect(fromXml(pretty, table)).toEqual(resource);
  });
});

describe('reading', () => {
  test('numbers and booleans are what JSON has, lists are lists even of one', () => {
    const read = fromXml(xml('<status value="final"/><code><coding><code value="x"/><userSelected value="true"/></coding></code><valueQuantity><value value="1.50"/></valueQuantity>', 'Observation'), table);
    expect(read).toEqual({ resourceType: 'Observation', status: 'final', code: { coding: [{ code: 'x', userSelected: true }] }, valueQuantity: { value: 1.5 } });
  });

  test('a narrative keeps its letters; one with prefixes is written anew', () => {
    const inner = '<div xmlns="http://www.w3.org/1999/xhtml"><p class=\'x\'>a &amp; b&#160;<br /></p><!-- c --></div>';
    const text = (div: string, more = '') => fromXml(`<Patient xmlns="http://hl7.org/fhir"${more}><text><status value="generated"/>${div}</text></Patient>`, table).text;
    expect(text(inner)).toEqual({ status: 'generated', div: inner });
    expect(text('<h:div><h:p title="&quot;">a&lt;<h:br/></h:p></h:div>', ' xmlns:h="http://www.w3.org/1999/xhtml"')).toEqual({ status: 'generated', div: '<div xmlns="http://www.w3.org/1999/xhtml"><p title="&quot;">a&lt;<br/></p></div>' });
  });

  test('prefixes, comments, schema locations and a byte order mark do not matter', () => {
    const text = '\ufeff<?xml version="1.0"?>\n<!-- x --><f:Patient xmlns:f="http://hl7.org/fhir" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:schemaLocation="a b"><!-- y --><f:active value="true"/></f:Patient>';
    expect(fromXml(text, table)).toEqual({ resourceType: 'Patient', active: true });
  });

  test.each<[string, string, RegExp]>([
    ['nothing', '', /^Line 1: not well-formed/],
    ['JSON', '{"resourceType": "Patient"}', /^Line 1: not well-formed/],
    ['a tag that is not closed', '<Patient xmlns="http://hl7.org/fhir">\n<active value="true">\n</Patient>', /^Line 3: not well-formed/],
    ['two values of one attribute', xml('<active value="true" value="false"/>'), /not well-formed/],
    ['another namespace', '<Patient><active value="true"/></Patient>', /namespace "" instead of http:\/\/hl7.org\/fhir/],
    ['an unknown type', xml('<id value="x"/>', 'Foo'), /<Foo> is no resource of FHIR 4.0.1/],
    ['an unknown element', xml('\n<active value="true"/>\n<foo value="x"/>'), /^Line 3: <Patient> has no element <foo>/],
    ['an attribute as an element', xml('<extension><url value="http://x"/></extension>'), /has no element <url>/],
    ['an unknown attribute', xml('<name use="official"><family value="x"/></name>'), /has the attribute use/],
    ['the wrong order', xml('<birthDate value="1980"/>\n<active value="true"/>'), /^Line 2: <active> must stand before <birthDate>/],
    ['two of one', xml('<active value="true"/><active value="false"/>'), /<active> stands twice/],
    ['two of a choice', xml('<deceasedBoolean value="true"/><deceasedDateTime value="2020"/>'), /only one of them may/],
    ['repetitions apart', xml('<name><family value="a"/></name><telecom><value value="1"/></telecom><name><family value="b"/></name>'), /<name> must stand before <telecom>/],
    ['an empty element', xml('<name/>'), /<name> is empty/],
    ['an empty value', xml('<active value=""/>'), /value of <active> is empty/],
    ['text', xml('<active>true</active>'), /has the text "true"/],
    ['a wrong boolean', xml('<active value="yes"/>'), /"yes" instead of true or false/],
    ['a wrong number', xml('<multipleBirthInteger value="1.5"/>'), /"1.5", which is no integer/],
    ['two contained in one', xml('<contained><Patient><id value="a"/></Patient><Patient><id value="b"/></Patient></contained>'), /must hold one resource/],
    ['a narrative in FHIR\'s namespace', xml('<text><status value="empty"/><div>x</div></text>'), /has the text "x"/],
    ['an entity', '<!DOCTYPE p [<!ENTITY x "y">]>' + xml('<id value="&x;"/>'), /a DOCTYPE is not allowed/],
    ['an entity of HTML', xml('<text><status value="empty"/><div xmlns="http://www.w3.org/1999/xhtml">&nbsp;</div></text>'), /not well-formed/],
    ['no end of nesting', `<Patient xmlns="http://hl7.org/fhir">${'<extension url="u">'.repeat(200)}`, /deeper than 100/],
  ])('%s is refused with the line', (_, text, message) => {
    expect(() => fromXml(text, table)).toThrow(message);
  });
});

describe('there and back', () => {
  test('all examples of the guide', () => {
    for (const { resource } of generateExamples({ scenarioDir: join(__dirname, '../../input/scenarios') }).resources) {
      expect(fromXml(toXml(resource, table), table)).toEqual(resource);
    }
  });

  test('any text that XML can hold, any extension, any holes in a list', () => {
    const text = fc.string({ unit: 'grapheme', minLength: 1 }).filter((value) => !/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/.test(value) && !/\p{Surrogate}/u.test(value));
    const extension = fc.record({ url: text, valueString: text });
    const given = fc.array(fc.tuple(fc.option(text), fc.option(fc.record({ extension: fc.array(extension, { minLength: 1, maxLength: 2 }) }))).filter(([value, shadow]) => value !== null || shadow !== null), { minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(text, given, fc.double({ noNaN: true, noDefaultInfinity: true }), (family, pairs, value) => {
        const [values, shadows] = [pairs.map(([one]) => one), pairs.map(([, shadow]) => shadow)];
        const resource: Resource = {
          resourceType: 'Patient',
          extension: [{ url: 'u', valueDecimal: Object.is(value, -0) ? 0 : value }],
          name: [{ family, ...(values.some((one) => one !== null) ? { given: values } : {}), ...(shadows.some((shadow) => shadow !== null) ? { _given: shadows } : {}) }],
        };
        expect(fromXml(toXml(resource, table), table)).toEqual(resource);
      }),
      { numRuns: 200 },
    );
  });

  // HL7's own resources, where a cache has them: a sample, for all of them take a minute. Line ends in narratives are XML's own matter.
  const folders = ['hl7.fhir.r4.examples#4.0.1', 'hl7.fhir.r4.core#4.0.1'].map((name) => join(homedir(), '.fhir/packages', name, 'package')).filter((folder) => existsSync(folder));
  (folders.length > 0 ? test : test.skip)('resources of HL7', () => {
    for (const folder of folders) {
      const files = readdirSync(folder).filter((file) => /^[A-Z].*\.json$/.test(file)).filter((_, index) => index % 60 === 0);
      for (const file of files) {
        const resource = JSON.parse(readFileSync(join(folder, file), 'utf8').replaceAll('\\r\\n', '\\n')) as Resource;
        expect(fromXml(toXml(resource, table), table)).toEqual(resource);
      }
    }
  }, 30_000);
});
