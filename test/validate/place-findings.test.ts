/** Paths as the HL7 validator writes them lead to the right line of the file. */
import { readDocument } from '../../scripts/validate/read-document';
import { placeOfPath } from '../../scripts/validate/place-findings';
import type { JsonNode } from '../../scripts/validate/json-tree';

const TEXT = `{
  "resourceType": "Observation",
  "contained": [
    { "resourceType": "Patient", "id": "p",
      "active": true }],
  "valueQuantity": {
    "value": 1.10
  },
  "identifier": [
    { "system": "a" },
    { "system": "b",
      "value": "c" }],
  "_status": { "extension": [{
    "url": "u" }] },
  "subject": {
    "reference": "#p" }
}`;

const [given] = readDocument(Buffer.from(`\n${TEXT}`), 'f.json').given;
const lineOf = (path: string) => {
  const source = given?.source;
  return source && placeOfPath(source, source.tree?.() as JsonNode, path).line - 1;
};

test.each([
  ['Observation', 1],
  ['Observation.identifier[1].value', 12],
  ['Observation.identifier[1]', 11],
  ['Observation.identifier', 9],
  ['Observation.value.ofType(Quantity).value', 7],
  ['Observation.value.ofType(Quantity)', 6],
  ['Observation.contained[0]/*Patient/p*/.active', 5],
  ['Observation.status.extension[0].url', 14],
  ['Observation.subject.reference', 16],
])('%s is on line %d', (path, line) => {
  expect(lineOf(path)).toBe(line);
});

test.each([
  ['Observation.code', 1],
  ['Observation.identifier[1].type.coding[0]', 11],
  ['Observation.subject.resolve().name', 15],
  ['Observation.identifier[9].system', 9],
  ['(xml)', 1],
])('%s is not there, so it is placed at the nearest element above it, line %d', (path, line) => {
  expect(lineOf(path)).toBe(line);
});
