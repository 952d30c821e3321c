/**
 * HL7's own examples through the engine, by hand: `npx tsx test/search/hl7-examples.ts FOLDER`, where FOLDER holds the JSON files of
 * the package hl7.fhir.r4.examples. Each parameter reads each resource; compiled paths are held against fhirpath.js; queries
 * made from the values found must find the resource they come from, by index as by scan. Prints figures, exits 1 on a fault.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isResource, type Resource } from '../../scripts/core/fhir';
import { elementTypes } from '../../scripts/search/element-types';
import { escapeValue } from '../../scripts/search/escaping';
import { evaluate } from '../../scripts/search/evaluate';
import type { Indexing } from '../../scripts/search/evaluation';
import { parseExpression } from '../../scripts/search/expression';
import { extractor, type Extractor } from '../../scripts/search/extract';
import { fhirPathExtractor } from '../../scripts/search/fhirpath-extractor';
import type { DateValue } from '../../scripts/search/match/date';
import type { QuantityValue } from '../../scripts/search/match/quantity';
import type { ReferenceValue } from '../../scripts/search/match/reference';
import type { StringValue } from '../../scripts/search/match/string';
import type { TokenValue } from '../../scripts/search/match/token';
import type { UriValue } from '../../scripts/search/match/uri';
import { toTernary } from '../../scripts/search/outcome';
import { parseQuery } from '../../scripts/search/parse-query';
import { predict } from '../../scripts/search/predict';
import { createSearchIndex } from '../../scripts/search/search-index';
import type { SearchParameterDefinition } from '../../scripts/search/types';
import { readComposite, readValues } from '../../scripts/search/values';
import { FHIR_VERSIONS } from '../../scripts/core/fhir-version';
import { loadSearchDefinitions } from '../../scripts/search/definitions';

const DEFINITIONS = loadSearchDefinitions(FHIR_VERSIONS.R4);
const types = elementTypes('R4');
const faults: string[] = [];
const fault = (text: string) => {
  if (faults.push(text) <= 30) console.log(text);
};

/** `name=value` pairs that must find a resource with this value. */
function queriesFor({ code, type }: SearchParameterDefinition, value: unknown): [string, string][] {
  switch (type) {
    case 'token': {
      const { kind, code: token, system, texts } = value as TokenValue;
      const ownSystem = kind === 'coding' || kind === 'identifier';
      const text = texts[0] === undefined ? [] : [[`${code}:text`, escapeValue(texts[0])] as [string, string]];
      if (token === undefined) return text;
      const plain = escapeValue(token);
      if (!ownSystem) return [[code, plain], ...text];
      return system === undefined ? [[code, plain], [code, `|${plain}`], ...text] : [[code, plain], [code, `${escapeValue(system)}|${plain}`], [code, `${escapeValue(system)}|`], ...text];
    }
    case 'reference': {
      const { target, identifiers } = value as ReferenceValue;
      const literal: [string, string][] = target === undefined ? [] : [[code, escapeValue(target.raw)]];
      return [...literal, ...identifiers.flatMap((row): [string, string][] => (row.code === undefined ? [] : [[`${code}:identifier`, escapeValue(row.code)]]))];
    }
    case 'date': {
      const { text, malformed, unbounded } = value as DateValue;
      return malformed || unbounded || /[ ,]/.test(text) || text === '' ? [] : ['', 'ge', 'le', 'ap'].map((prefix) => [code, `${prefix}${text}`]);
    }
    case 'string': {
      const [text] = (value as StringValue).texts;
      return text === undefined ? [] : [[code, escapeValue(text)], [`${code}:exact`, escapeValue(text)], [`${code}:contains`, escapeValue(text.slice(1) || text)]];
    }
    case 'uri': {
      const { uri } = value as UriValue;
      return [[code, escapeValue(uri)], [`${code}:below`, escapeValue(uri)]];
    }
    case 'quantity': {
      const { number, system, code: unit, vague } = value as QuantityValue;
      if (vague || number.low === undefined || number.low !== number.high) return [];
      return [[code, number.text], ...(unit === undefined ? [] : [[code, `${number.text}|${escapeValue(system ?? '')}|${escapeValue(unit)}`] as [string, string]])];
    }
    default:
      return [];
  }
}

function main(folder: string | undefined): void {
  if (folder === undefined) throw new Error('usage: hl7-examples.ts FOLDER');
  const resources = readdirSync(folder)
    .filter((file) => file.endsWith('.json') && !file.startsWith('.') && file !== 'package.json')
    .map((file) => JSON.parse(readFileSync(join(folder, file), 'utf8')) as unknown)
    .filter((row): row is Resource => isResource(row) && DEFINITIONS.resourceTypes.has(row.resourceType) && row.id !== undefined && JSON.stringify(row).length < 400_000);
  const index = createSearchIndex(DEFINITIONS, 'http://hl7.org/fhir', resources);
  const engines = new Map<string, { own: Extractor | undefined; engine: Extractor }>();
  const spent = { own: 0, engine: 0 };
  const counts = { resources: resources.length, reads: 0, values: 0, compared: 0, queries: 0, certain: 0, open: 0, perEngine: 0 };
  for (const resource of resources) {
    for (const definition of DEFINITIONS.of(resource.resourceType)) {
      if (definition.expression === undefined || definition.type === 'special') continue;
      counts.reads += 1;
      if (definition.type === 'composite') readComposite(resource, definition, DEFINITIONS);
      else counts.values += readValues(resource, definition, DEFINITIONS).length;
      compare(resource, definition.expression, engines, spent, counts);
    }
  }
  for (const type of new Set(resources.map((row) => row.resourceType))) {
    for (const definition of DEFINITIONS.of(type)) {
      if (definition.expression === undefined || definition.type === 'special' || definition.type === 'composite') continue;
      const having = index.all(type).filter((row) => readValues(row, definition, DEFINITIONS).length > 0);
      for (const resource of having.slice(0, 4)) {
        const value = readValues(resource, definition, DEFINITIONS).at(-1);
        for (const pair of [[`${definition.code}:missing`, 'false'] as const, ...queriesFor(definition, value)]) ask(type, pair, `${type}/${resource.id}`);
      }
    }
  }
  counts.perEngine = [...engines.values()].filter((row) => row.own === undefined).length;
  console.log({ ...counts, expressions: engines.size, ownMs: Math.round(spent.own), fhirpathMs: Math.round(spent.engine), faults: faults.length });
  process.exitCode = faults.length === 0 ? 0 : 1;

  function ask(type: string, pair: readonly [string, string], self: string): void {
    counts.queries += 1;
    const query = parseQuery(DEFINITIONS, type, [pair], { base: index.base });
    if (query.unused.length > 0) return fault(`${type}?${pair.join('=')} not understood: ${query.issues[0]?.message}`);
    const shown = (indexing: Indexing) => [...evaluate(index, 'predict', indexing).query(query)].map(([entry, outcome]) => `${entry.key} ${toTernary(outcome)}`).join();
    if (shown('always') !== shown('never')) fault(`${type}?${pair.join('=')}: index and scan differ`);
    const { must, either } = predict(index, query);
    if (must.has(self)) counts.certain += 1;
    else if (either.has(self)) counts.open += 1;
    else fault(`${type}?${pair.join('=')} does not find ${self}`);
  }
}

/** Compiled paths against fhirpath.js: the same set of values (unions drop equal values there, R4's `as` means ofType). */
function compare(resource: Resource, expression: string, engines: Map<string, { own: Extractor | undefined; engine: Extractor }>, spent: { own: number; engine: number }, counts: { compared: number }): void {
  let pair = engines.get(expression);
  if (pair === undefined) {
    const branches = parseExpression(expression);
    const strict = expression.replace(/\(([\w.]+) as (\w+)\)/g, '$1.ofType($2)').replace(/\.as\((\w+)\)/g, '.ofType($1)');
    engines.set(expression, (pair = { own: branches && extractor(branches, types), engine: fhirPathExtractor(strict, types) }));
  }
  if (pair.own === undefined) return;
  const t0 = performance.now();
  const own = pair.own(resource);
  const t1 = performance.now();
  const engine = pair.engine(resource);
  spent.own += t1 - t0;
  spent.engine += performance.now() - t1;
  counts.compared += 1;
  const values = (found: { value: unknown }[]) => [...new Set(found.map(({ value }) => JSON.stringify(value)))].sort().join('\n');
  // Where the type of a reference's target cannot be told, we keep the value and leave the match open; fhirpath.js drops it.
  if (values(own.filter((row) => row.limited !== 'unknown')) !== values(engine)) fault(`${resource.resourceType}/${resource.id} ${expression}: ${values(own).slice(0, 200)} against ${values(engine).slice(0, 200)}`);
}

main(process.argv[2]);
