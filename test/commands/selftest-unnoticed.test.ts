/** What a tester that only reads cannot notice needs no run of its own: what is said then is what the run says. */
import { wholeRunOver, type WholeRun } from '../../scripts/commands/selftest/unnoticed';
import { runPlanted, type PlantedInput } from '../../scripts/commands/selftest/run-planted';
import { FHIR_VERSIONS } from '../../scripts/core/fhir-version';
import type { Run } from '../../scripts/core/result';
import { ownExamples } from '../../scripts/generate/own-examples';
import { loadSearchDefinitions } from '../../scripts/search/definitions';
import { plantedRows, type PlantedRow } from '../../scripts/server/planted';

let input: PlantedInput;
let wholeRun: WholeRun;

beforeAll(async () => {
  const resources = await ownExamples();
  input = { resources, fixtures: resources, version: FHIR_VERSIONS.R4, definitions: loadSearchDefinitions(FHIR_VERSIONS.R4) };
  wholeRun = wholeRunOver(input);
}, 60_000);

const rowOf = (id: string): PlantedRow => {
  const row = plantedRows().find((one) => one.id === id);
  if (row === undefined) throw new Error(`There is no ${id}.`);
  return row;
};
const verdicts = ({ results }: Run) => results.map(({ id, verdict, message }) => `${id} ${verdict} ${message}`);

test('what shows in writes alone has the verdicts of a whole run, and is no run of its own', async () => {
  const row = rowOf('update-as-create-is-200');
  const run = await wholeRun(row);
  expect(run.results.length).toBeGreaterThan(1000);
  expect(verdicts(run)).toEqual(verdicts(await runPlanted(row, input)));
  expect(await wholeRun(rowOf('create-is-200'))).toBe(run);
}, 60_000);

test.each(['token-system-ignored', 'no-total', 'other-patient-read', 'wado-rs-address-with-studies'])('%s changes an answer: run from there on, it has the verdicts of a whole run', async (id) => {
  expect(verdicts(await wholeRun(rowOf(id)))).toEqual(verdicts(await runPlanted(rowOf(id), input)));
}, 60_000);

test('archives have a run of their own', async () => {
  const [archive] = plantedRows().filter(({ service }) => service === 'dicomweb');
  expect(verdicts(await wholeRun(archive as PlantedRow))).toEqual(verdicts(await runPlanted(archive as PlantedRow, input)));
}, 60_000);
