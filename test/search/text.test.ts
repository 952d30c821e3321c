import { checkCases, indexOf, resourcesOf } from './support';

describe('strings', () => {
  const index = indexOf(
    resourcesOf('Patient', {
      eve: { name: [{ given: ['Eve'], family: 'Smith' }] },
      evelyn: { name: [{ given: ['Anna', 'Evelyn'], family: 'Müller' }] },
      severine: { name: [{ given: ['Séverine'], family: 'Carreno Quinones' }] },
      lower: { name: [{ given: ['eve'], family: "O'Brien" }] },
      decomposed: { name: [{ family: 'Mu\u0308ller' }] },
      text: { name: [{ text: 'Dr. Eve Adams' }] },
      sharp: { name: [{ family: 'Groß' }] },
      extension: { name: [{ _family: { extension: [] } }] },
      none: {},
    }),
  );
  checkCases('Patient', index, [
    { rule: 'string-start', query: 'given=eve', must: ['eve', 'evelyn', 'lower'], either: ['severine'] },
    { rule: 'string-start', query: 'given=EVE', must: ['eve', 'evelyn', 'lower'], either: ['severine'] },
    { rule: 'string-contains', query: 'given:contains=eve', must: ['eve', 'evelyn', 'severine', 'lower'] },
    { rule: 'string-exact', query: 'given:exact=Eve', must: ['eve'] },
    { rule: 'string-exact', query: 'given:exact=Evel' },
    { rule: 'string-start', query: 'family=muller', must: ['evelyn', 'decomposed'] },
    { rule: 'string-start', query: 'family=MÜLL', must: ['evelyn', 'decomposed'] },
    { rule: 'open-string-canonical', query: 'family:exact=Müller', must: ['evelyn'], either: ['decomposed'] },
    { rule: 'open-string-words', query: 'family=quinones', either: ['severine'] },
    { rule: 'open-string-punctuation', query: 'family=obrien', either: ['lower'] },
    { rule: 'open-string-punctuation', query: 'family=gross', either: ['sharp'] },
    { rule: 'string-start', query: 'name=smi', must: ['eve'] },
    { rule: 'open-string-words', query: 'name=eve', must: ['eve', 'evelyn', 'lower'], either: ['severine', 'text'] },
    { rule: 'open-string-words', query: 'name=Eve Smith', either: ['eve', 'evelyn', 'lower', 'severine', 'text'] },
    { rule: 'string-start', query: 'name=zzz' },
    // Müller and Mueller, Smith and Smyth: what a server takes for alike is its own affair, a name itself is always.
    { rule: 'open-string-phonetic', query: 'phonetic=Smyth', either: ['eve', 'evelyn', 'severine', 'lower', 'decomposed', 'text', 'sharp'] },
    { rule: 'open-string-phonetic', query: 'phonetic=smith', must: ['eve'], either: ['evelyn', 'severine', 'lower', 'decomposed', 'text', 'sharp'] },
    { rule: 'open-string-phonetic', query: 'phonetic:exact=smith', either: ['eve', 'evelyn', 'severine', 'lower', 'decomposed', 'text', 'sharp'] },
    { rule: 'open-string-phonetic', query: 'phonetic:exact=Smith', must: ['eve'], either: ['evelyn', 'severine', 'lower', 'decomposed', 'text', 'sharp'] },
    { rule: 'open-missing-empty', query: 'name:missing=true', must: ['none'], either: ['extension'] },
    { rule: 'missing', query: 'family:missing=true', must: ['text', 'extension', 'none'] },
  ]);
  const address = (row: object) => ({ address: [row] });
  checkCases('Patient', indexOf(resourcesOf('Patient', { text: address({ text: '12 Elm Street' }), line: address({ line: ['Flat 3', 'Elm Court'] }), city: address({ city: 'Elmhurst' }), district: address({ district: 'Elmbridge' }), state: address({ state: 'Elmia' }), code: address({ postalCode: 'ELM 1' }), country: address({ country: 'Elmland' }), use: address({ use: 'home' }) })), [
    { rule: 'string-start', query: 'address=elm', must: ['line', 'city', 'state', 'code', 'country'], either: ['text', 'district'] },
    { rule: 'open-string-parts', query: 'address=12 elm', either: ['text', 'line', 'city', 'district', 'state', 'code', 'country'] },
    { rule: 'string-start', query: 'address-city=elm', must: ['city'] },
    { rule: 'string-start', query: 'address-country=elm', must: ['country'] },
  ]);
  // The marks of these scripts are no accents: a server may tell the letters with and without them apart.
  checkCases('Patient', indexOf(resourcesOf('Patient', { hangul: { name: [{ family: '한국' }] }, kana: { name: [{ family: 'ガンマ' }] }, hindi: { name: [{ family: 'हिन्दी' }] }, cyrillic: { name: [{ family: 'Йод' }] }, greek: { name: [{ family: 'Άννα' }] } })), [
    { rule: 'string-start', query: 'family=한', must: ['hangul'] },
    { rule: 'string-start', query: 'family=ガ', must: ['kana'] },
    { rule: 'open-string-punctuation', query: 'family=하', either: ['hangul'] },
    { rule: 'open-string-punctuation', query: 'family=カ', either: ['kana'] },
    { rule: 'open-string-punctuation', query: 'family=हनद', either: ['hindi'] },
    { rule: 'open-string-punctuation', query: 'family=ио', either: ['cyrillic'] },
    { rule: 'string-start', query: 'family=ανν', must: ['greek'] },
  ]);
  checkCases('Organization', indexOf(resourcesOf('Organization', { a: { name: 'North Clinic' }, b: { alias: ['The North'] }, c: { name: 'North  Clinic' } })), [
    { rule: 'string-start', query: 'name=north', must: ['a', 'c'] },
    { rule: 'string-start', query: 'name=clinic' },
    { rule: 'open-string-punctuation', query: 'name=north clinic', must: ['a'], either: ['c'] },
  ]);
});

describe('uris', () => {
  const index = indexOf(
    resourcesOf('ValueSet', {
      one: { url: 'http://acme.example/fhir/ValueSet/123' },
      longer: { url: 'http://acme.example/fhir/ValueSet/1234' },
      below: { url: 'http://acme.example/fhir/ValueSet/123/x' },
      cased: { url: 'http://acme.example/FHIR/ValueSet/123' },
      oid: { url: 'urn:oid:1.2.3' },
      none: {},
    }),
  );
  checkCases('ValueSet', index, [
    { rule: 'uri', query: 'url=http://acme.example/fhir/ValueSet/123', must: ['one'] },
    { rule: 'uri', query: 'url=http://acme.example/fhir/ValueSet/12' },
    { rule: 'uri', query: 'url=urn:oid:1.2.3', must: ['oid'] },
    { rule: 'uri-partial', query: 'url:below=http://acme.example/fhir/', must: ['one', 'longer', 'below'] },
    { rule: 'open-uri-partial', query: 'url:below=http://acme.example/fhir/ValueSet/123', must: ['one', 'below'], either: ['longer'] },
    { rule: 'uri-partial', query: 'url:above=http://acme.example/fhir/ValueSet/123/x/y', must: ['one', 'below'] },
    { rule: 'open-uri-partial', query: 'url:below=urn:oid:1', either: ['oid'] },
    { rule: 'or', query: 'url=urn:oid:1.2.3,http://acme.example/fhir/ValueSet/1234', must: ['oid', 'longer'] },
  ]);
  const profile = (url: string) => ({ meta: { profile: [url] } });
  checkCases('ImagingStudy', indexOf(resourcesOf('ImagingStudy', { plain: profile('http://x.example/StructureDefinition/study'), versioned: profile('http://x.example/StructureDefinition/study|1.0'), other: profile('http://x.example/StructureDefinition/other') })), [
    { rule: 'open-profile', query: '_profile=http://x.example/StructureDefinition/study', must: ['plain'], either: ['versioned'] },
    { rule: 'open-profile', query: '_profile=StructureDefinition/study', either: ['plain', 'versioned'] },
    { rule: 'uri', query: '_profile=http://x.example/StructureDefinition/none' },
  ]);
});
