/** The DICOMweb tester against each planted fault and each legal variant, in this process. */
import { judgeFault, judgeVariant } from '../../scripts/commands/selftest/judge-planted';
import { runDicomwebPlanted } from '../../scripts/commands/selftest/run-dicomweb';
import { plantedRows, type PlantedRow } from '../../scripts/server/planted';

const rows = plantedRows().filter(({ service }) => service === 'dicomweb');
const only = (kind: PlantedRow['kind']) => rows.filter((row) => row.kind === kind).map((row): [string, PlantedRow] => [row.id, row]);

test('the reference server passes every test that its data can decide', async () => {
  const { results, requests } = await runDicomwebPlanted(undefined);
  expect(results.filter(({ verdict }) => verdict !== 'pass').map(({ id, verdict }) => `${verdict} ${id}`)).toEqual(['info qido.unknown-study']);
  expect(requests).toBeLessThan(120);
});

test.each(only('fault'))('%s is caught by a test of what it breaks', async (_, row) => {
  expect(judgeFault(row, await runDicomwebPlanted(row.id))).toMatchObject({ killed: true, named: true });
});

test.each(only('variant'))('%s is spared', async (_, row) => {
  expect(judgeVariant(row, await runDicomwebPlanted(row.id)).failures).toEqual([]);
});
