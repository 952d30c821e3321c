/** What a tester that only reads cannot notice needs no run of its own: what is said then is what the run says. */
import { unnoticedBy, type Unnoticed } from '../../scripts/commands/selftest/unnoticed';
import { runPlanted, type PlantedInput } from '../../scripts/commands/selftest/run-planted';
import { FHIR_VERSIONS } from '../../scripts/core/fhir-version';
import type { Run } from '../../scripts/core/result';
import { ownExamples } from '../../scripts/generate/own-examples';
import { loadSearchDefinitions } from '../../scripts/search/definitions';
import { plantedRows, type PlantedRow } from '../../scripts/server/planted';

let input: PlantedInput;
let unnoticed: Unnoticed;

beforeAll(async () => {
  const resources = await ownExamples();
  input = { resources, fixtures: resources, version: FHIR_VERSIONS.R4, definitions: loadSearchDefinitions(FHIR_VERSIONS.R4) };
  unnoticed = unnoticedBy(input);
}, 60_000);

const rowOf = (id: string): PlantedRow => {
  const row = plantedRows().find((one) => one.id === id);
  if (row === undefined) throw new Error(`There is no ${id}.`);
  return row;
};
const verdicts = ({ results }: Run) => results.map(({ id, verdict, message }) => `${id} ${verdict} ${message}`);

test('what shows in writes alone has the verdicts of a whole run', async () => {
  const row = rowOf('update-as-create-is-200');
  const run = await unnoticed(row);
  expect(run?.results.length).toBeGreaterThan(1000);
  expect(verdicts(run as Run)).toEqual(verdicts(await runPlanted(row, input)));
}, 60_000);

test.each(['token-system-ignored', 'no-total', 'other-patient-read', 'update-as-create-refused', 'wado-rs-address-with-studies'])('%s changes an answer, and is run', async (id) => {
  expect(await unnoticed(rowOf(id))).toBeUndefined();
}, 60_000);

test('where the tester writes, and for archives, nothing follows', async () => {
  expect(await unnoticedBy({ ...input, journalDir: 'journals' })(rowOf('update-as-create-is-200'))).toBeUndefined();
  const [archive] = plantedRows().filter(({ service }) => service === 'dicomweb');
  expect(await unnoticed(archive as PlantedRow)).toBeUndefined();
}, 60_000);
