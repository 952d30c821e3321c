/** Many data sets become studies: joined, parted, contradictions and copies noted. */
import { text } from '../../scripts/dicom/data-set';
import { addDataSet, emptyStudySet, findingsOf, type StudySet } from '../../scripts/dicom/study-model';
import { dataSet, image, type Values } from './samples';

function setOf(...all: Values[]): StudySet {
  const set = emptyStudySet();
  all.forEach((values, i) => addDataSet(set, dataSet(values), `file-${i + 1}`));
  return set;
}

const codesOf = (set: StudySet) => findingsOf(set).map(({ code, location }) => `${code} ${location?.file}`);

test('several studies stay several, series that come in any order are joined', () => {
  const set = setOf(image(1, 1, 1), image(2, 1, 1), image(1, 2, 1), image(1, 1, 2), image(2, 1, 2));
  const shape = [...set.studies.values()].map(({ uid, series }) => [uid, ...[...series.values()].map((one) => one.instances.length)]);
  expect(shape).toEqual([['1.2.3.1', 2, 1], ['1.2.3.2', 2]]);
  expect(findingsOf(set)).toEqual([]);
});

test('a copy counts once and is told', () => {
  const set = setOf(image(1, 1, 1), image(1, 1, 1), image(1, 1, 1));
  expect(set.studies.get('1.2.3.1')?.series.get('1.2.3.1.1')?.instances).toHaveLength(1);
  expect(findingsOf(set)).toMatchObject([{ code: 'duplicate-instance', severity: 'warning', message: expect.stringContaining('2 files are copies') as string, location: { file: 'file-2' } }]);
});

test('one UID for two things: the first stays', () => {
  const moved = { ...image(1, 1, 1), SeriesInstanceUID: '1.2.3.1.9' };
  const other = { ...image(1, 1, 2), SOPClassUID: '1.2.840.10008.5.1.4.1.1.4' };
  const set = setOf(image(1, 1, 1), image(1, 1, 2), moved, other, { ...image(2, 1, 1), SOPInstanceUID: '1.2.3.1.1.1', SeriesInstanceUID: '1.2.3.1.1' });
  expect(codesOf(set)).toEqual(['conflicting-instance file-3', 'conflicting-instance file-4', 'conflicting-instance file-5']);
  expect([...set.studies.keys()]).toEqual(['1.2.3.1']);
});

test('contradictions name both values, the file and how often; empty values contradict nothing', () => {
  const set = setOf(image(1, 1, 1, { PatientName: '' }), image(1, 1, 2), image(1, 1, 3, { PatientName: 'Roe^Jane' }), image(1, 1, 4, { PatientName: 'Roe^Jane' }), image(1, 1, 5, { PatientName: '' }));
  expect(findingsOf(set)).toMatchObject([{ code: 'conflicting-tag', message: expect.stringMatching(/PatientName \(0010,0010\): "Doe\^Jane" was taken; 2 instances say "Roe\^Jane"/) as string, location: { file: 'file-3' } }]);
  expect(text(set.studies.get('1.2.3.1')!.values, 'PatientName')).toBe('Doe^Jane');
});

test('what may differ from image to image contradicts nothing', () => {
  const region = (code: string): Values => ({ AnatomicRegionSequence: [{ CodeValue: code, CodingSchemeDesignator: 'SCT', CodeMeaning: code }] });
  const set = setOf(image(1, 1, 1, region('1')), image(1, 1, 2, region('2')), image(1, 1, 3, region('1')));
  expect(findingsOf(set)).toEqual([]);
  expect(set.studies.get('1.2.3.1')?.series.get('1.2.3.1.1')?.values.get(0x00082218)).toHaveLength(2);
});

test('a series UID in two studies is told', () => {
  const set = setOf(image(1, 1, 1), { ...image(2, 1, 1), SeriesInstanceUID: '1.2.3.1.1' });
  expect(codesOf(set)).toEqual(['series-in-two-studies file-2']);
});

test.each([
  ['StudyInstanceUID', { ...image(1, 1, 1), StudyInstanceUID: '' }],
  ['SeriesInstanceUID', { ...image(1, 1, 1), SeriesInstanceUID: '' }],
  ['SOPInstanceUID', { ...image(1, 1, 1), SOPInstanceUID: '' }],
  ['SOPClassUID', { ...image(1, 1, 1), SOPClassUID: '' }],
])('without %s nothing is added', (name, values) => {
  const set = emptyStudySet();
  expect(() => addDataSet(set, dataSet(values), 'f')).toThrow(new RegExp(`It has no ${name} `));
  expect(set.studies.size).toBe(0);
});

test('a UID that FHIR cannot hold is refused, one that only breaks the rules of DICOM is kept and told', () => {
  const set = emptyStudySet();
  expect(() => addDataSet(set, dataSet(image(1, 1, 1, { StudyInstanceUID: `1.${'2'.repeat(64)}` })), 'f')).toThrow(/longer than 64/);
  expect(() => addDataSet(set, dataSet(image(1, 1, 1, { SOPInstanceUID: '1.2 3' })), 'f')).toThrow(/other than digits and dots/);
  addDataSet(set, dataSet(image(1, 1, 1, { StudyInstanceUID: '1.02.3' })), 'f');
  expect(codesOf(set)).toEqual(['illegal-uid f']);
});

test('answers of an archive about a study and a series add what they state', () => {
  const set = setOf({ StudyInstanceUID: '1.2.3.1', NumberOfStudyRelatedInstances: '7' }, { StudyInstanceUID: '1.2.3.1', SeriesInstanceUID: '1.2.3.1.1', NumberOfSeriesRelatedInstances: '7' }, image(1, 1, 1));
  const study = set.studies.get('1.2.3.1');
  expect(text(study!.values, 'NumberOfStudyRelatedInstances')).toBe('7');
  expect(study?.series.get('1.2.3.1.1')?.instances).toHaveLength(1);
});
